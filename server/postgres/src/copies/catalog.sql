-- The catalog of a database as lines "kind name: definition". $1: the names of the project's role.
--
-- Two databases with the same definitions give the same lines, whatever their OIDs, the order of columns, their major version
-- (15 to 18) and the roles' names. Therefore:
--   - Rights are written as their difference from the default of the object's owner, without the grantor. A restore writes
--     default rights as null, and 17 added MAINTAIN to them.
--   - A restore gives everything to the project's role. So what the control plane's role or a superuser owns is written as the
--     project's, and rights granted to the project's role are left out.
--   - NOT NULL constraints are left out (18 stores them as rows; the column has them), and members of extensions.
with me as (select oid, datdba from pg_database where datname = current_database()),
 role as (
  select r.oid, case when r.rolname = any($1) then '{project}' when r.oid = me.datdba then '{owner}'
                     else r.rolname::text end as name,
         case when r.rolname = any($1) or r.oid = me.datdba or r.rolsuper then '{project}' else r.rolname::text end as owner
  from pg_roles r, me
  union all select 0, 'public', 'public'),
 member as (select objid, classid from pg_depend where deptype = 'e'),
 ns as (select n.*, role.owner from pg_namespace n join role on role.oid = n.nspowner
        where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'),
 rel as (
  select c.*, n.nspname||'.'||c.relname as fq, role.owner
  from pg_class c join ns n on n.oid = c.relnamespace join role on role.oid = c.relowner
  where not exists (select from member m where m.objid = c.oid and m.classid = 'pg_class'::regclass)),
 routine as (
  select p.*, n.nspname||'.'||p.proname||'('||pg_get_function_identity_arguments(p.oid)||')' as fq, role.owner
  from pg_proc p join ns n on n.oid = p.pronamespace join role on role.oid = p.proowner
  where not exists (select from member m where m.objid = p.oid and m.classid = 'pg_proc'::regclass)),
 typ as (
  select t.*, n.nspname||'.'||t.typname as fq, role.owner
  from pg_type t join ns n on n.oid = t.typnamespace join role on role.oid = t.typowner
  where t.typtype in ('e', 'd', 'r')
    and not exists (select from member m where m.objid = t.oid and m.classid = 'pg_type'::regclass)),
 object (class, oid, part, acl, base) as (
  select 'n', oid, '', nspacl, acldefault('n', nspowner) from ns
  union all select 'r', oid, '', relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner) from rel
  union all select 'f', oid, '', proacl, acldefault('f', proowner) from routine
  union all select 'T', oid, '', typacl, acldefault('T', typowner) from typ
  union all select 'a', c.oid, a.attname||' ', a.attacl, acldefault('c', c.relowner)
  from rel c join pg_attribute a on a.attrelid = c.oid where a.attacl is not null),
 entry (class, oid, entry) as (
  select o.class, o.oid, '+'||o.part||role.name||'='||e.privilege_type||case when e.is_grantable then '*' else '' end
  from object o, aclexplode(o.acl) e join role on role.oid = e.grantee
  where o.acl is not null and role.name <> '{project}' and e.privilege_type <> 'MAINTAIN' and not exists (
    select from aclexplode(o.base) b
    where b.grantee = e.grantee and b.privilege_type = e.privilege_type and b.is_grantable = e.is_grantable)
  union all
  select o.class, o.oid, '-'||o.part||role.owner||'='||b.privilege_type
  from object o, aclexplode(o.base) b join role on role.oid = b.grantee
  where o.acl is not null and b.privilege_type <> 'MAINTAIN' and not exists (
    select from aclexplode(o.acl) e where e.grantee = b.grantee and e.privilege_type = b.privilege_type)),
 rights as (select class, oid, string_agg(entry, ',' order by entry collate "C") as text from entry group by 1, 2),
 line (kind, name, definition) as (
  select 'schema', nspname::text, concat_ws('|', owner, (select text from rights r where r.class = 'n' and r.oid = ns.oid)) from ns
  union all
  select case relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                      when 'm' then 'materialized view' when 'S' then 'sequence relation'
                      when 'c' then 'composite type' else 'foreign table' end,
         fq, concat_ws('|', owner, relpersistence,
           case when relrowsecurity then 'row security' end, case when relforcerowsecurity then 'forced' end,
           'replica identity '||relreplident::text, (select string_agg(o, ',' order by o collate "C") from unnest(reloptions) o),
           (select text from rights r where r.class = 'r' and r.oid = rel.oid),
           (select text from rights r where r.class = 'a' and r.oid = rel.oid),
           case when relkind in ('v', 'm') then pg_get_viewdef(oid) end,
           case when not relispopulated then 'without data' end, pg_get_partkeydef(oid),
           (select string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = rel.oid),
           pg_get_expr(relpartbound, oid))
  from rel where relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  union all
  select 'column', fq||'.'||attname, concat_ws('|', format_type(atttypid, atttypmod),
           case when attnotnull then 'not null' end, nullif(attidentity::text, ''), nullif(attgenerated::text, ''),
           pg_get_expr(adbin, adrelid),
           (select o.collname from pg_collation o join pg_type t on t.oid = atttypid
            where o.oid = attcollation and attcollation <> typcollation))
  from rel c join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where relkind in ('r', 'p', 'f', 'c') and attnum > 0 and not attisdropped
  union all
  select 'constraint', fq||'.'||conname, concat_ws('|', pg_get_constraintdef(k.oid), case when not convalidated then 'not valid' end)
  from pg_constraint k join rel c on c.oid = k.conrelid where contype <> 'n'
  union all
  select 'constraint', fq||'.'||conname, pg_get_constraintdef(k.oid)
  from pg_constraint k join typ t on t.oid = k.contypid where contype <> 'n'
  union all
  select 'index', fq, concat_ws('|', pg_get_indexdef(c.oid), case when not indisvalid then 'invalid' end)
  from pg_index join rel c on c.oid = indexrelid
  union all
  select 'policy', fq||'.'||polname, concat_ws('|', polcmd, case when polpermissive then 'permissive' else 'restrictive' end,
           (select string_agg(role.name, ',' order by role.name collate "C") from unnest(polroles) p join role on role.oid = p),
           'using '||pg_get_expr(polqual, polrelid), 'check '||pg_get_expr(polwithcheck, polrelid))
  from pg_policy join rel c on c.oid = polrelid
  union all
  select 'trigger', fq||'.'||tgname, concat_ws('|', pg_get_triggerdef(t.oid), tgenabled)
  from pg_trigger t join rel c on c.oid = tgrelid where not tgisinternal
  union all
  select 'rule', fq||'.'||rulename, concat_ws('|', pg_get_ruledef(u.oid), ev_enabled)
  from pg_rewrite u join rel c on c.oid = ev_class where rulename <> '_RETURN'
  union all
  select 'function', fq, concat_ws('|', owner, case when prokind <> 'a' then md5(pg_get_functiondef(oid)) end,
           (select text from rights r where r.class = 'f' and r.oid = routine.oid)) from routine
  union all
  select 'sequence', fq, concat_ws('|', format_type(seqtypid, null), seqincrement, seqmin, seqmax, seqstart, seqcycle, seqcache)
  from pg_sequence join rel c on c.oid = seqrelid
  union all
  select 'type', fq, concat_ws('|', owner, typtype, format_type(nullif(typbasetype, 0), typtypmod),
           case when typnotnull then 'not null' end, typdefault,
           (select string_agg(quote_literal(enumlabel), ',' order by enumsortorder) from pg_enum where enumtypid = typ.oid),
           (select format_type(rngsubtype, null) from pg_range where rngtypid = typ.oid),
           (select text from rights r where r.class = 'T' and r.oid = typ.oid)) from typ
  union all
  select 'extension', extname::text, concat_ws('|', extversion, nspname)
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace
  union all
  select 'default rights', role.owner||'.'||coalesce(nspname::text, '*')||'.'||defaclobjtype::text,
         (select string_agg(g.name||'='||e.privilege_type||case when e.is_grantable then '*' else '' end, ','
                            order by g.name collate "C", e.privilege_type)
          from aclexplode(defaclacl) e join role g on g.oid = e.grantee where e.privilege_type <> 'MAINTAIN')
  from pg_default_acl join role on role.oid = defaclrole left join ns n on n.oid = defaclnamespace
 )
select kind||' '||name||':'||coalesce(' '||definition, '') from line
