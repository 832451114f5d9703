-- The five roles of the table in docs/authorisation.md. Only owners can be created through the product so far.

alter table grants drop constraint grants_role_check;
alter table grants add constraint grants_role_check
  check (role in ('viewer', 'backup_operator', 'deployer', 'admin', 'owner'));
comment on column grants.role is 'viewer, backup_operator, deployer, admin or owner: which actions each allows is decided in the code';
