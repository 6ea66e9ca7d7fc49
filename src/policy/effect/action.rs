//! The policy action of a call: the coarse word that budgets and rules are written in.

use crate::domain::json::Node;
use crate::domain::ruling::{Action, Effect};
use crate::policy::effect::{schema, words};

/// Arguments that name a file or folder.
const PATHS: &[&str] = &[
    "destination",
    "dir",
    "directory",
    "file",
    "file_name",
    "file_path",
    "filename",
    "filepath",
    "files",
    "folder",
    "path",
    "paths",
    "source",
];

/// Arguments that say the path is somewhere else: in a repository, a bucket, behind a URL.
const ELSEWHERE: &[&str] =
    &["bucket", "bucket_name", "endpoint", "host", "owner", "repo", "repository", "url"];

/// Words of tools that work on files.
const FILES: &[&str] =
    &["dir", "directories", "directory", "file", "files", "folder", "folders", "path", "paths"];

/// Words of tools that ask a model.
const MODELS: &[&str] = &[
    "chat",
    "completion",
    "completions",
    "embedding",
    "embeddings",
    "inference",
    "llm",
    "prompt",
    "sampling",
];

/// Infers the action from the tool's words, its arguments and what it was found to do.
pub fn infer(
    name: &str,
    description: &str,
    arguments: &Node<'_>,
    effect: Effect,
    rule: &str,
) -> Action {
    if rule.starts_with("shell.") || (effect == Effect::Executes && carries_code(arguments)) {
        return Action::Exec;
    }
    let named = words::tokens(name);
    let mentions = |words: &[&str]| named.iter().any(|word| words.contains(&word.as_str()));
    if mentions(MODELS)
        && ["prompt", "messages", "input", "model"].iter().any(|key| arguments.get(key).is_some())
    {
        return Action::LlmCall;
    }
    let described = words::tokens(description.split('.').next().unwrap_or_default());
    let on_files = mentions(FILES) || described.iter().any(|word| FILES.contains(&word.as_str()));
    let here = PATHS.iter().any(|key| schema::given(arguments, key))
        && !ELSEWHERE.iter().any(|key| arguments.get(key).is_some());
    match effect {
        _ if !(on_files && here) => Action::ExternalApiCall,
        Effect::Read => Action::FileRead,
        Effect::Destructive => Action::FileDelete,
        _ => Action::FileWrite,
    }
}

/// Arguments that hold a program.
fn carries_code(arguments: &Node<'_>) -> bool {
    [
        "code",
        "command",
        "expression",
        "function",
        "javascript",
        "python",
        "script",
        "source",
        "snippet",
    ]
    .iter()
    .any(|key| schema::given(arguments, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    #[test]
    fn files_here_models_and_programs_are_told_from_the_rest() {
        let act = |name: &str, arguments: &str, effect| {
            infer(name, "", &parse(arguments, &Limits::ARGUMENTS).unwrap(), effect, "")
        };
        assert_eq!(act("read_a_file", r#"{"path":"/a"}"#, Effect::Read), Action::FileRead);
        assert_eq!(
            act("delete_a_file", r#"{"path":"/a"}"#, Effect::Destructive),
            Action::FileDelete
        );
        assert_eq!(
            act("delete_a_file", r#"{"path":"a","repo":"r"}"#, Effect::Destructive),
            Action::ExternalApiCall
        );
        assert_eq!(act("make_completion", r#"{"prompt":"hi"}"#, Effect::Write), Action::LlmCall);
        assert_eq!(act("eval_js", r#"{"code":"1"}"#, Effect::Executes), Action::Exec);
    }
}
