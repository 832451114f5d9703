-- Lists say what changed a project last: the newest operation that an operator or an edit by SQL requested.

create index operations_requested on operations (project_id, id desc) where lane = 'converge' and actor <> 'reconciler';
comment on index operations_requested is 'the last requested change of each project, read with its row';
