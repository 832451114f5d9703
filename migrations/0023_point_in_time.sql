-- Backups that a restore to a time makes from the archive of the write-ahead log.

alter table backups drop constraint backups_kind_check;
alter table backups add constraint backups_kind_check
  check (kind in ('manual', 'scheduled', 'pre_restore', 'pre_delete', 'uploaded', 'point_in_time'));
