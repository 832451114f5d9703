-- Lists of events are filtered by action, by actor and by time; each has its index, in the order of the list.

create index project_events_action on project_events (action, id desc);
comment on index project_events_action is 'events with an action, newest first';
create index project_events_actor on project_events (actor, id desc);
comment on index project_events_actor is 'events of an actor, newest first; also the actors that occur, one probe for each';
create index project_events_at on project_events (at);
comment on index project_events_at is 'events of a period';
