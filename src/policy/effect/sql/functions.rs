//! Functions of databases that do more than compute: they reach files, the network, other sessions, locks, sequences or
//! settings, or run SQL from a string. A function nobody knows is judged by the verb of its name.

use crate::domain::ruling::Effect;

/// Beginnings of names of functions with effects.
const FAMILIES: &[(&str, Effect)] = &[
    ("brin_desummarize_", Effect::Write),
    ("brin_summarize_", Effect::Write),
    ("dblink", Effect::Executes),
    ("dbms_", Effect::Executes),
    ("file_read", Effect::Executes),
    ("gin_clean_", Effect::Write),
    ("http_", Effect::SendsOut),
    ("lo_", Effect::Write),
    ("pg_advisory_", Effect::Write),
    ("pg_backup_", Effect::Write),
    ("pg_cancel_", Effect::Destructive),
    ("pg_clear_", Effect::Destructive),
    ("pg_copy_", Effect::Write),
    ("pg_create_", Effect::Write),
    ("pg_drop_", Effect::Destructive),
    ("pg_file_", Effect::Write),
    ("pg_import_", Effect::Write),
    ("pg_log_", Effect::Write),
    ("pg_logical_", Effect::Write),
    ("pg_ls_", Effect::Executes),
    ("pg_promote", Effect::Executes),
    ("pg_read_", Effect::Executes),
    ("pg_reload_", Effect::Write),
    ("pg_replication_", Effect::Write),
    ("pg_restore_", Effect::Write),
    ("pg_rotate_", Effect::Write),
    ("pg_sleep", Effect::Executes),
    ("pg_start_", Effect::Write),
    ("pg_stat_file", Effect::Executes),
    ("pg_stat_reset", Effect::Destructive),
    ("pg_stat_statements_reset", Effect::Destructive),
    ("pg_stop_", Effect::Write),
    ("pg_switch_", Effect::Write),
    ("pg_sync_", Effect::Write),
    ("pg_terminate_", Effect::Destructive),
    ("pg_try_advisory_", Effect::Write),
    ("pg_wal_replay_", Effect::Write),
    ("query_to_xml", Effect::Executes),
    ("sp_", Effect::Executes),
    ("sys_eval", Effect::Executes),
    ("sys_exec", Effect::Executes),
    ("system$", Effect::Executes),
    ("utl_", Effect::Executes),
    ("xp_", Effect::Executes),
];

/// Whole names of functions with effects.
const NAMES: &[(&str, Effect)] = &[
    ("ai_query", Effect::SendsOut),
    ("benchmark", Effect::Executes),
    ("connectby", Effect::Executes),
    ("copy_into", Effect::Write),
    ("crosstab", Effect::Executes),
    ("cursor_to_xml", Effect::Executes),
    ("edit", Effect::Executes),
    ("executable", Effect::Executes),
    ("external_query", Effect::Executes),
    ("fts3_tokenizer", Effect::Executes),
    ("get_lock", Effect::Write),
    ("httpuritype", Effect::SendsOut),
    ("load_extension", Effect::Executes),
    ("load_file", Effect::Executes),
    ("master_pos_wait", Effect::Executes),
    ("nextval", Effect::Write),
    ("openquery", Effect::Executes),
    ("opendatasource", Effect::Executes),
    ("openrowset", Effect::Executes),
    ("pg_export_snapshot", Effect::Write),
    ("pg_notify", Effect::SendsOut),
    ("readfile", Effect::Executes),
    ("reflect", Effect::Executes),
    ("java_method", Effect::Executes),
    ("release_all_locks", Effect::Write),
    ("release_lock", Effect::Write),
    ("remote", Effect::Executes),
    ("remotesecure", Effect::Executes),
    ("set_config", Effect::Write),
    ("setval", Effect::Write),
    ("shell", Effect::Executes),
    ("sleep", Effect::Executes),
    ("sleepeachrow", Effect::Executes),
    ("source_pos_wait", Effect::Executes),
    ("system", Effect::Executes),
    ("ts_rewrite", Effect::Executes),
    ("ts_stat", Effect::Executes),
    ("url", Effect::SendsOut),
    ("wait_for_executed_gtid_set", Effect::Executes),
    ("wait_until_sql_thread_after_gtids", Effect::Executes),
    ("writefile", Effect::Write),
    ("xpath_table", Effect::Executes),
    ("xslt_process", Effect::Executes),
];

/// Packages and schemas all of whose functions have effects.
const OWNERS: &[&str] =
    &["cron", "ctxsys", "htp", "net", "owa_util", "aws_lambda", "aws_s3", "sys_exec"];

/// First words of a function's name that say it changes something.
const VERBS: &[(&str, Effect)] = &[
    ("acquire", Effect::Write),
    ("alter", Effect::Write),
    ("attach", Effect::Write),
    ("cancel", Effect::Destructive),
    ("charge", Effect::Pays),
    ("clear", Effect::Destructive),
    ("create", Effect::Write),
    ("delete", Effect::Destructive),
    ("destroy", Effect::Destructive),
    ("detach", Effect::Destructive),
    ("disable", Effect::Destructive),
    ("do", Effect::Executes),
    ("drop", Effect::Destructive),
    ("enable", Effect::Write),
    ("enqueue", Effect::Write),
    ("eval", Effect::Executes),
    ("exec", Effect::Executes),
    ("execute", Effect::Executes),
    ("grant", Effect::Write),
    ("insert", Effect::Write),
    ("invoke", Effect::Executes),
    ("kill", Effect::Destructive),
    ("notify", Effect::SendsOut),
    ("pay", Effect::Pays),
    ("perform", Effect::Executes),
    ("publish", Effect::SendsOut),
    ("purge", Effect::Destructive),
    ("refund", Effect::Pays),
    ("register", Effect::Write),
    ("remove", Effect::Destructive),
    ("rename", Effect::Write),
    ("reset", Effect::Write),
    ("revoke", Effect::Destructive),
    ("run", Effect::Executes),
    ("save", Effect::Write),
    ("schedule", Effect::Write),
    ("send", Effect::SendsOut),
    ("set", Effect::Write),
    ("spawn", Effect::Executes),
    ("start", Effect::Write),
    ("stop", Effect::Write),
    ("terminate", Effect::Destructive),
    ("transfer", Effect::Pays),
    ("unlock", Effect::Write),
    ("update", Effect::Write),
    ("upload", Effect::Write),
    ("upsert", Effect::Write),
    ("write", Effect::Write),
];

/// Words that stand before the verb in house styles of naming functions.
const HOUSE: &[&str] = &["f", "fn", "func", "p", "pg", "proc", "udf", "usp"];

/// Functions that only compute, though their name begins like one that changes something.
const COMPUTE: &[&str] = &[
    "set_agg",
    "set_bit",
    "set_byte",
    "set_difference",
    "set_intersection",
    "set_masklen",
    "set_union",
];

/// The effect of a call, when it has one.
pub fn effect(owner: &str, name: &str) -> Option<Effect> {
    if OWNERS.contains(&owner) || owner.starts_with("dbms_") || owner.starts_with("utl_") {
        return Some(Effect::Executes);
    }
    let family = FAMILIES.iter().find(|(family, _)| name.starts_with(family));
    let known = NAMES.iter().find(|(known, _)| *known == name);
    family.or(known).map(|&(_, effect)| effect).or_else(|| by_verb(name))
}

/// Judges an unknown function by the verb that its name of several words begins with: `delete_user`, `fn_send_mail`.
fn by_verb(name: &str) -> Option<Effect> {
    if COMPUTE.contains(&name) {
        return None;
    }
    let mut words = name.split('_').skip_while(|word| HOUSE.contains(word));
    let first = words.next()?;
    words.next()?;
    VERBS.iter().find(|(verb, _)| *verb == first).map(|&(_, effect)| effect)
}

/// Names that end sessions, leave the database or load code. They can be reached from a string (`query_to_xml`, `regproc`,
/// a user's own `execute`), and nobody who only reads has cause to write them, so a bare mention undoes the proof.
const TOO_LOADED: &[&str] = &[
    "dblink_exec",
    "lo_export",
    "lo_import",
    "load_extension",
    "pg_cancel_backend",
    "pg_read_binary_file",
    "pg_terminate_backend",
    "sp_oacreate",
    "sys_exec",
    "sys_eval",
    "xp_cmdshell",
];

/// The first such name in a text, be it in a string or a longer name.
pub fn too_loaded(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    TOO_LOADED.iter().copied().find(|name| text.contains(name))
}

/// Settings of SQLite that a pragma may ask for.
const PRAGMAS: &[&str] = &[
    "application_id",
    "collation_list",
    "compile_options",
    "data_version",
    "database_list",
    "encoding",
    "foreign_keys",
    "freelist_count",
    "function_list",
    "journal_mode",
    "module_list",
    "page_count",
    "page_size",
    "pragma_list",
    "schema_version",
    "synchronous",
    "user_version",
];

/// Pragmas that take the name of what they describe.
const DESCRIBING_PRAGMAS: &[&str] = &[
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// True for pragmas that only tell; most, given a value, set it.
pub fn pragma_reads(name: &str, has_value: bool) -> bool {
    let name = name.to_lowercase();
    let name = name.rsplit('.').next().unwrap_or_default();
    DESCRIBING_PRAGMAS.contains(&name) || (!has_value && PRAGMAS.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_owners_and_verbs_are_known_and_the_rest_computes() {
        assert_eq!(effect("", "pg_read_binary_file"), Some(Effect::Executes));
        assert_eq!(effect("dbms_lock", "sleep"), Some(Effect::Executes));
        assert_eq!(effect("app", "fn_send_mail"), Some(Effect::SendsOut));
        for name in
            ["coalesce", "set_bit", "my_pg_sleep_helper", "insert", "replace", "sum", "lower"]
        {
            assert_eq!(effect("", name), None, "{name}");
        }
    }
}
