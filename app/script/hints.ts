// What a hint of the event stream concerns.

/** `model::Hint` as JSON. */
export type Hint =
  | { topic: 'project'; project_id: string }
  | { topic: 'operation'; project_id: string | null; operation_id: string }
  | { topic: 'parts' | 'figures' | 'fleet' };

/** Whether a hint is about a subject: `fleet`, `project:ID` or `operation:ID`. Every page shows the parts that are away. */
export function concerns(subject: string, hint: Hint): boolean {
  if (hint.topic === 'fleet' || hint.topic === 'parts' || subject === 'fleet') return true;
  const [kind, id] = split(subject);
  switch (hint.topic) {
    case 'figures':
      return kind === 'project';
    case 'project':
      return kind === 'project' && hint.project_id === id;
    case 'operation':
      return (kind === 'project' && hint.project_id === id) || (kind === 'operation' && hint.operation_id === id);
  }
}

function split(subject: string): [kind: string, id: string] {
  const at = subject.indexOf(':');
  return [subject.slice(0, at), subject.slice(at + 1)];
}
