//! Tools that run what they are given: a shell line, SQL, a program. Such a call is what its text is, so a parser must
//! prove the text harmless; where there is none, or it fails, the call executes.

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::words;
use crate::policy::effect::{Definition, schema, shell, sql};

/// Arguments that hold a command line.
const COMMANDS: &[&str] = &[
    "argv",
    "bash",
    "cmd",
    "cmdline",
    "command",
    "command_line",
    "commandline",
    "commands",
    "script",
    "shell",
    "shell_command",
];

/// Words of a tool that runs commands.
const SHELLS: &[&str] = &[
    "bash",
    "cli",
    "cmd",
    "command",
    "commands",
    "console",
    "exec",
    "execute",
    "executes",
    "powershell",
    "process",
    "run",
    "runs",
    "script",
    "sh",
    "shell",
    "ssh",
    "subprocess",
    "terminal",
    "zsh",
];

/// Words of shells that are not POSIX: our parser knows nothing of them.
const OTHER_SHELLS: &[&str] = &["batch", "cmdexe", "fish", "nu", "powershell", "pwsh", "windows"];

/// Arguments that hold SQL whatever the tool.
const SQL_KEYS: &[&str] = &[
    "ddl",
    "dml",
    "raw_sql",
    "rawsql",
    "sql",
    "sql_query",
    "sql_statement",
    "sqlquery",
    "sqlstatement",
];

/// Arguments that hold SQL when the tool speaks it.
const STATEMENT_KEYS: &[&str] = &[
    "",
    "code",
    "command",
    "expression",
    "input",
    "q",
    "queries",
    "query",
    "query_string",
    "query_text",
    "querystring",
    "request",
    "script",
    "statement",
    "statements",
    "stmt",
    "text",
];

/// Engines and words that speak SQL.
const SQL_WORDS: &[&str] = &[
    "athena",
    "bigquery",
    "clickhouse",
    "cockroachdb",
    "database",
    "databricks",
    "db",
    "db2",
    "duckdb",
    "flux",
    "hive",
    "influxdb",
    "influxql",
    "mariadb",
    "mssql",
    "mysql",
    "oracle",
    "postgres",
    "postgresql",
    "presto",
    "redshift",
    "snowflake",
    "spanner",
    "sql",
    "sqlite",
    "sqlserver",
    "synapse",
    "tidb",
    "trino",
    "vertica",
];

/// Arguments that hold a program.
const PROGRAMS: &[&str] = &["code", "function", "javascript", "js", "lua", "python", "script"];

/// True for an argument that holds a command line.
pub fn holds_command(key: &str) -> bool {
    COMMANDS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// True for an argument that holds SQL whatever takes it.
pub fn holds_sql(key: &str) -> bool {
    SQL_KEYS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// Judges a call that hands over something to be run; `None` when it does not.
pub fn judge(definition: &Definition<'_>, arguments: &Node<'_>, said: &Finding) -> Option<Finding> {
    let tool = Tool {
        definition,
        named: words::tokens(definition.name),
        described: words::tokens(definition.description),
    };
    shell_call(&tool, arguments)
        .or_else(|| sql_call(&tool, arguments, said))
        .or_else(|| program(&tool, arguments, said))
}

/// A tool and the words that its server uses of it.
struct Tool<'d> {
    definition: &'d Definition<'d>,
    named: Vec<String>,
    described: Vec<String>,
}

impl Tool<'_> {
    /// True when the name has one of the words.
    fn is_named(&self, known: &[&str]) -> bool {
        self.named.iter().any(|word| known.contains(&word.as_str()))
    }

    /// True when the name or the description has one of the words.
    fn speaks(&self, known: &[&str]) -> bool {
        self.is_named(known) || self.described.iter().any(|word| known.contains(&word.as_str()))
    }

    /// True for a tool whose name says that it runs queries. `list_past_queries` and `sql_schema_show` only look at things.
    fn queries(&self) -> bool {
        let looks = self.is_named(&[
            "check", "describe", "details", "find", "get", "list", "schema", "search", "show",
        ]);
        self.is_named(&["exec", "execute", "perform", "query", "run", "select"])
            || (self.is_named(&["sql"]) && !looks)
    }
}

/// A tool that runs command lines. One whose argument lists its values takes a choice, not a line.
fn shell_call(tool: &Tool<'_>, arguments: &Node<'_>) -> Option<Finding> {
    let members = arguments.object()?;
    let (key, line) =
        members.iter().find(|(key, _)| COMMANDS.contains(&key.to_ascii_lowercase().as_str()))?;
    let chooses =
        schema::property(tool.definition.input_schema, key).and_then(schema::allowed).is_some();
    let program = tool.named.iter().find(|word| shell::knows_program(word));
    let runs =
        tool.speaks(SHELLS) || program.is_some() || key.to_ascii_lowercase().contains("shell");
    let is_sql = || tool.speaks(SQL_WORDS) && line.as_str().is_some_and(sql::is_sql);
    if chooses || !runs || is_sql() {
        return None;
    }
    if tool.speaks(OTHER_SHELLS)
        || members.iter().any(|(key, value)| strange_surroundings(key, value))
    {
        return Some(Finding::new(
            Effect::Executes,
            "shell.not_posix",
            "it runs a command in surroundings that are not those of a plain shell",
        ));
    }
    let rest = arguments.get("args").or_else(|| arguments.get("arguments"));
    let found = match (line, rest) {
        (Node::String(line), None | Some(Node::Null)) => shell::judge(line),
        (Node::String(program), Some(Node::Array(rest))) => shell::judge_words(program, rest),
        (Node::Array(words), None | Some(Node::Null)) => several(key, words),
        _ => shell::unproven("its command is not a line of text"),
    };
    // `{"command": "get pods"}` of a tool named after a program: the program's own name goes without saying.
    let retold = match (program, line, rest) {
        (Some(program), Node::String(line), None) if !found.is_read() => {
            Some(shell::judge(&format!("{program} {line}")))
        }
        _ => None,
    };
    Some(retold.filter(Finding::is_read).unwrap_or(found))
}

/// An array is the words of one command, or under a plural key the lines of several.
fn several(key: &str, words: &[Node<'_>]) -> Finding {
    match words.split_first() {
        Some(_) if key == "commands" => words
            .iter()
            .map(|line| {
                line.as_str().map_or_else(
                    || shell::unproven("its command is not a line of text"),
                    shell::judge,
                )
            })
            .reduce(Finding::or_stricter)
            .unwrap_or_else(|| shell::unproven("there is no command")),
        Some((Node::String(program), rest)) => shell::judge_words(program, rest),
        _ => shell::unproven("its command is not a line of text"),
    }
}

/// An environment, another shell or a privileged user that the call asks for changes what the line means.
fn strange_surroundings(key: &str, value: &Node<'_>) -> bool {
    let filled = match value {
        Node::Null | Node::Bool(false) => false,
        Node::Object(members) => !members.is_empty(),
        Node::Array(items) => !items.is_empty(),
        Node::String(text) => !text.is_empty(),
        Node::Bool(true) | Node::Number(_) => true,
    };
    match key.to_ascii_lowercase().as_str() {
        "env"
        | "environment"
        | "env_vars"
        | "environment_variables"
        | "interpreter"
        | "preexec"
        | "elevated"
        | "admin" => filled,
        "shell" | "shell_path" => value.as_str().is_some_and(|shell| {
            !["sh", "bash", "dash", "/bin/sh", "/bin/bash", "/usr/bin/bash"].contains(&shell)
        }),
        _ => false,
    }
}

/// A call that carries SQL.
fn sql_call(tool: &Tool<'_>, arguments: &Node<'_>, said: &Finding) -> Option<Finding> {
    let speaks_sql = tool.speaks(SQL_WORDS);
    let carries = |key: &str, text: &str| match key.to_ascii_lowercase().as_str() {
        key if SQL_KEYS.contains(&key) => true,
        key if STATEMENT_KEYS.contains(&key) && speaks_sql => tool.queries() || sql::is_sql(text),
        // Of a tool that says nothing of SQL, only what really is SQL and changes something is taken for it.
        key if STATEMENT_KEYS.contains(&key) => sql::parses_as_change(text),
        _ => false,
    };
    let texts = schema::strings(arguments).into_iter().filter(|(key, text)| carries(key, text));
    match texts.map(|(_, text)| sql::judge(text)).reduce(Finding::or_stricter) {
        Some(found) if said.is_read() || decided_by_text(said) => Some(found),
        Some(found) => Some(found.or_stricter(said.clone())),
        None => unseen(tool, speaks_sql),
    }
}

/// Names that only say that something is run leave the decision to what is run.
fn decided_by_text(said: &Finding) -> bool {
    said.effect == Effect::Executes || said.rule == "words.unknown_verb"
}

/// A tool named after querying an engine that speaks SQL, in whose arguments we find no SQL: it may be anywhere in them.
fn unseen(tool: &Tool<'_>, speaks_sql: bool) -> Option<Finding> {
    (speaks_sql && tool.is_named(SQL_WORDS) && tool.queries()).then(|| {
        Finding::new(
            Effect::Write,
            "sql.unseen",
            "it runs SQL, and none was found in its arguments to be shown to only read",
        )
    })
}

/// A call that carries a program, of a tool that says it runs one.
fn program(tool: &Tool<'_>, arguments: &Node<'_>, said: &Finding) -> Option<Finding> {
    let carries = PROGRAMS.iter().any(|key| schema::given(arguments, key));
    let runs = tool.speaks(&[
        "eval",
        "evaluate",
        "evaluates",
        "exec",
        "execute",
        "executes",
        "run",
        "runs",
        "sandbox",
        "interpreter",
    ]);
    (carries && runs && said.effect < Effect::Executes)
        .then(|| Finding::new(Effect::Executes, "code.opaque", "it runs the program it is given"))
}

#[cfg(test)]
mod tests {
    use crate::domain::json::{Limits, parse};
    use crate::domain::ruling::Effect;
    use crate::policy::effect::{Definition, assess, by_words};

    fn effect(name: &str, description: &str, arguments: &str) -> Effect {
        let definition = Definition {
            name,
            title: None,
            description,
            input_schema: None,
            read_only_hint: None,
            destructive_hint: None,
        };
        assess(&definition, &by_words(&definition), &parse(arguments, &Limits::ARGUMENTS).unwrap())
            .effect
    }

    #[test]
    fn what_is_run_decides() {
        assert_eq!(
            effect("run_line", "Run a shell command", r#"{"command":"ls -la"}"#),
            Effect::Read
        );
        assert_eq!(
            effect("run_line", "Run a shell command", r#"{"command":"rm x"}"#),
            Effect::Executes
        );
        assert_eq!(
            effect("run", "Run a command", r#"{"command":"ls","args":["-la"]}"#),
            Effect::Read
        );
        assert_eq!(
            effect("run", "Run a command", r#"{"command":"ls","env":{"LD_PRELOAD":"x"}}"#),
            Effect::Executes
        );
        assert_eq!(
            effect("kubectl", "Run kubectl commands", r#"{"command":"get pods"}"#),
            Effect::Read
        );
        assert_eq!(effect("run_sql", "", r#"{"sql":"SELECT 1"}"#), Effect::Read);
        assert_eq!(
            effect(
                "look_query",
                "Execute a SELECT query on the SQLite database",
                r#"{"query":"DELETE FROM t"}"#
            ),
            Effect::Destructive
        );
        assert_eq!(effect("write_a_query", "SQL", r#"{"query":"SELECT 1"}"#), Effect::Write);
        assert_eq!(
            effect("search_parcels", "Search parcels", r#"{"query":"delete button broken"}"#),
            Effect::Read
        );
        assert_eq!(
            effect("inspect_page", "Runs a script in the page", r#"{"script":"1"}"#),
            Effect::Executes
        );
    }
}
