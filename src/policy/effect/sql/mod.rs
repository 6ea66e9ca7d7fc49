//! Proves that a piece of SQL only reads. Which server will run it is unknown, so every dialect gets a say: one must
//! parse it as reads only, and none that can even split it into tokens may see a statement that changes something.

pub mod functions;
pub mod tokens;

use sqlparser::ast::{Query, SetExpr, Statement};
use sqlparser::dialect::{
    BigQueryDialect, ClickHouseDialect, DatabricksDialect, Dialect, DuckDbDialect, GenericDialect,
    HiveDialect, MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect, RedshiftSqlDialect,
    SQLiteDialect, SnowflakeDialect,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::sql::tokens::View;

/// Longer texts are not worth a proof: nobody reads them, and every dialect would have to.
pub const LONGEST: usize = 16 * 1024;

/// Depth of nesting at which a parser gives up.
const DEEPEST: usize = 60;

/// The dialects that are asked.
fn dialects() -> [&'static dyn Dialect; 13] {
    [
        &GenericDialect {},
        &PostgreSqlDialect {},
        &MySqlDialect {},
        &SQLiteDialect {},
        &MsSqlDialect {},
        &SnowflakeDialect,
        &BigQueryDialect,
        &ClickHouseDialect {},
        &HiveDialect {},
        &DuckDbDialect {},
        &RedshiftSqlDialect {},
        &DatabricksDialect {},
        &OracleDialect {},
    ]
}

/// Dialects that take no liberties with `FROM` and the like, by which a phrase is told from a statement.
fn strict_dialects() -> [&'static dyn Dialect; 4] {
    [&PostgreSqlDialect {}, &MySqlDialect {}, &SQLiteDialect {}, &MsSqlDialect {}]
}

/// Judges a text as SQL. A read only if it is proven one.
pub fn judge(text: &str) -> Finding {
    if text.len() > LONGEST {
        return Finding::new(
            Effect::Write,
            "sql.too_long",
            "this SQL is too long to be shown to only read",
        );
    }
    if has_executable_comment(text) {
        return Finding::new(
            Effect::Write,
            "sql.executable_comment",
            "a comment of this SQL is one that some servers run",
        );
    }
    if let Some(name) = functions::too_loaded(text) {
        return Finding::new(
            Effect::Executes,
            "sql.loaded_name",
            format!("this SQL names '{name}'"),
        );
    }
    let mut views = Vec::new();
    let mut parsed: Option<Finding> = None;
    for dialect in dialects() {
        let Ok(tokens) = Tokenizer::new(dialect, text).tokenize() else { continue };
        let view = View::new(&tokens);
        if let Some(objection) = view.objection() {
            return objection;
        }
        if let Some(found) = parse(dialect, tokens) {
            parsed = Some(parsed.map_or(found.clone(), |known| known.or_stricter(found)));
        }
        views.push(view);
    }
    match parsed {
        Some(found) => found,
        None if !views.is_empty()
            && views.iter().all(|view| view.plainly_reads() || view.describes()) =>
        {
            Finding::read(
                "sql.read_by_tokens",
                "one statement that begins like a read and holds no word that changes anything",
            )
        }
        None => Finding::new(
            Effect::Write,
            "sql.unparsed",
            "this SQL could not be parsed, so it is not shown to only read",
        ),
    }
}

/// True when a text parses as SQL at all, or begins like a statement that changes something.
pub fn is_sql(text: &str) -> bool {
    !matches!(judge(text).rule, "sql.unparsed" | "sql.read_by_tokens" | "sql.too_long")
}

/// True when a dialect parses the text as SQL and it changes something: not a phrase that happens to begin with a verb.
pub fn parses_as_change(text: &str) -> bool {
    change(text).is_some()
}

/// The worst that such a text does.
pub fn change(text: &str) -> Option<Finding> {
    if text.len() > LONGEST {
        return None;
    }
    let seen = strict_dialects().into_iter().filter_map(|dialect| {
        let tokens = Tokenizer::new(dialect, text).tokenize().ok()?;
        let worst = View::new(&tokens).worst()?;
        parse(dialect, tokens).filter(|found| found.rule != "sql.empty")?;
        Some(worst)
    });
    seen.reduce(Finding::or_stricter)
}

/// Comments that MySQL (`/*!`) and MariaDB (`/*M!`) execute. An empty one does nothing.
fn has_executable_comment(text: &str) -> bool {
    let text = text.replace("/*!*/", " ");
    text.contains("/*!") || text.contains("/*M!")
}

/// What one dialect makes of the tokens; `None` when it cannot parse them.
fn parse(dialect: &dyn Dialect, tokens: Vec<Token>) -> Option<Finding> {
    let statements = Parser::new(dialect)
        .with_recursion_limit(DEEPEST)
        .with_tokens(tokens)
        .parse_statements()
        .ok()?;
    if statements.is_empty() {
        return Some(Finding::new(Effect::Write, "sql.empty", "there is no statement in this SQL"));
    }
    Some(match statements.iter().find(|statement| !reads(statement)) {
        Some(_) => Finding::new(
            Effect::Write,
            "sql.not_a_read",
            "a statement of this SQL is not one that only reads",
        ),
        None => Finding::read("sql.proven_read", "every statement of this SQL only reads"),
    })
}

/// True for the statements that only read. All that are not named here do not.
fn reads(statement: &Statement) -> bool {
    match statement {
        Statement::Query(query) => query_reads(query),
        Statement::Explain { statement, .. } => reads(statement),
        Statement::ExplainTable { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::ShowCharset(_)
        | Statement::ShowCollation { .. }
        | Statement::ShowColumns { .. }
        | Statement::ShowCreate { .. }
        | Statement::ShowDatabases { .. }
        | Statement::ShowFunctions { .. }
        | Statement::ShowObjects(_)
        | Statement::ShowProcessList { .. }
        | Statement::ShowSchemas { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowTables { .. }
        | Statement::ShowVariable { .. }
        | Statement::ShowVariables { .. }
        | Statement::ShowViews { .. } => true,
        Statement::Pragma { name, value, is_eq } => {
            !is_eq && functions::pragma_reads(&name.to_string(), value.is_some())
        }
        _ => false,
    }
}

fn query_reads(query: &Query) -> bool {
    let tables = query.with.iter().flat_map(|with| &with.cte_tables);
    query.locks.is_empty()
        && tables.into_iter().all(|table| query_reads(&table.query))
        && body_reads(&query.body)
}

fn body_reads(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        SetExpr::Query(query) => query_reads(query),
        SetExpr::SetOperation { left, right, .. } => body_reads(left) && body_reads(right),
        SetExpr::Values(_) | SetExpr::Table(_) => true,
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_proven() {
        for sql in [
            "SELECT 1",
            "WITH a AS (SELECT 1) SELECT * FROM a; SHOW TABLES",
            "EXPLAIN SELECT * FROM t",
            "PRAGMA table_info(users)",
            "PRAGMA user_version",
            "SELECT 'DROP TABLE t; --' AS \"delete\"",
            "SELECT replace(a, 'x', 'y'), json_set(b, '$.c', 1) FROM t",
            "VALUES (1), (2)",
        ] {
            assert_eq!(judge(sql).effect, Effect::Read, "{sql}: {:?}", judge(sql));
        }
    }

    #[test]
    fn what_one_server_would_run_is_not_hidden_by_the_quoting_of_another() {
        for sql in [
            "SELECT 'a\\'; DROP TABLE x; --'",
            "SELECT 1 --1; DELETE FROM x",
            "SELECT 1 # ; DROP TABLE x\n",
            "SELECT 1 /*!50000 ; DROP TABLE x */",
            "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
            "SELECT * FROM (WITH b AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM b) c",
            "SELECT * INTO u FROM t",
            "SELECT * FROM t FOR UPDATE",
            "SELECT pg_catalog.\"pg_sleep\" /* */ (5)",
            "SELECT delete_user(7)",
            "SELECT query_to_xml('delete from t', true, true, '')",
            "SELECT nextval('s')",
            "EXPLAIN ANALYZE DELETE FROM t",
            "SELECT 1 SHUTDOWN",
            "SELECT a FROM t EXEC sp_who",
            "PRAGMA user_version = 5",
            "PRAGMA writable_schema(1)",
            "SELECT load_extension('x')",
            "",
            "hello there",
        ] {
            assert_ne!(judge(sql).effect, Effect::Read, "{sql}");
        }
        assert_eq!(judge("DROP TABLE t").effect, Effect::Destructive);
        assert_eq!(judge("CALL p()").effect, Effect::Executes);
    }
}
