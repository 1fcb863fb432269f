-- Everything that a bank's schema on PostgreSQL holds, except what belongs to an extension. Names are shown as seen from this schema,
-- so that the schema may have any name.
WITH relations AS (
    SELECT oid, relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity FROM pg_class AS c
    WHERE relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
), tables AS (
    SELECT * FROM relations WHERE relkind IN ('r', 'p', 'f')
)
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view'
                    WHEN 'm' THEN 'materialized view' ELSE 'sequence' END AS kind,
       relname AS name, '' AS on_table,
       concat_ws(' ', relpersistence, CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
                 CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS definition,
       TRUE AS harmless
FROM relations WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
UNION ALL
SELECT 'column', relname || '.' || attname, relname,
       concat_ws(' ', format_type(atttypid, atttypmod), attcollation::regcollation, CASE WHEN attnotnull THEN 'not null' END,
                 'identity ' || nullif(attidentity::text, ''), 'generated ' || nullif(attgenerated::text, ''), pg_get_expr(adbin, adrelid)), FALSE
FROM tables JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
-- Only newer versions of PostgreSQL have a constraint for each NOT NULL, and the column says it too. Triggers that enforce a foreign
-- key can be disabled.
SELECT 'constraint', relname || '.' || conname, relname,
       concat_ws(' ', replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''),
                 (SELECT string_agg(DISTINCT 'trigger ' || tgenabled::text, ' ') FROM pg_trigger WHERE tgconstraint = k.oid AND tgenabled <> 'O')), FALSE
FROM tables AS t JOIN pg_constraint AS k ON conrelid = t.oid AND contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index', x.relname, t.relname,
       concat_ws(' ', pg_get_indexdef(indexrelid, 0, TRUE), CASE WHEN NOT indisvalid THEN 'invalid' END),
       NOT indisunique AND indexprs IS NULL AND indpred IS NULL
FROM tables AS t JOIN pg_index ON indrelid = t.oid JOIN pg_class AS x ON x.oid = indexrelid
UNION ALL
SELECT 'trigger', relname || '.' || tgname, relname, concat_ws(' ', tgenabled, pg_get_triggerdef(g.oid, TRUE)), FALSE
FROM relations AS t JOIN pg_trigger AS g ON tgrelid = t.oid AND NOT tgisinternal
UNION ALL
SELECT 'rule', relname || '.' || rulename, relname, concat_ws(' ', ev_enabled, pg_get_ruledef(r.oid, TRUE)), FALSE
FROM relations AS t JOIN pg_rewrite AS r ON ev_class = t.oid AND rulename <> '_RETURN'
UNION ALL
SELECT 'policy', relname || '.' || polname, relname, '', FALSE
FROM tables AS t JOIN pg_policy ON polrelid = t.oid
UNION ALL
-- A child's rows are read as if they were the table's own, but the table's triggers do not apply to them.
SELECT 'child table', inhrelid::regclass::text, relname, '', FALSE
FROM tables AS t JOIN pg_inherits ON inhparent = t.oid
UNION ALL
SELECT 'function', proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', '',
       concat_ws(' ', lanname, prokind, provolatile, proconfig, CASE WHEN prosecdef THEN 'security definer' END, pg_get_function_result(p.oid), prosrc),
       TRUE
FROM pg_proc AS p JOIN pg_language AS l ON l.oid = prolang
WHERE pronamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
UNION ALL
SELECT 'event trigger', evtname, '', '', TRUE FROM pg_event_trigger WHERE evtenabled <> 'D'
UNION ALL
SELECT 'list of migrations', 'goose_db_version', '', string_agg(version_id || ' ' || is_applied, ', ' ORDER BY id), FALSE
FROM goose_db_version
