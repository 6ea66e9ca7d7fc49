//! `git`: many of its subcommands look, and some only look when asked to list. Options that run other programs or write
//! the output to a file are refused everywhere.

use crate::policy::effect::shell::Verdict;
use crate::policy::effect::shell::args::Args;

/// Subcommands that look, whatever their operands.
const LOOKING: &[&str] = &[
    "annotate",
    "blame",
    "cat-file",
    "check-attr",
    "check-ignore",
    "check-mailmap",
    "check-ref-format",
    "cherry",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "for-each-ref",
    "get-tar-commit-id",
    "grep",
    "help",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "merge-base",
    "name-rev",
    "patch-id",
    "range-diff",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "show-branch",
    "show-ref",
    "status",
    "var",
    "verify-commit",
    "verify-tag",
    "version",
    "whatchanged",
];

/// Subcommands that look when their first operand is one of these; `""` stands for no operand at all.
const LISTING: &[(&str, &[&str])] = &[
    ("bisect", &["log"]),
    ("bundle", &["list-heads", "verify"]),
    ("config", &["get", "list"]),
    ("lfs", &["env", "ls-files", "status", "version"]),
    ("notes", &["", "list", "show"]),
    ("reflog", &["", "exists", "show"]),
    ("remote", &["", "get-url", "show"]),
    ("sparse-checkout", &["list"]),
    ("stash", &["list", "show"]),
    ("submodule", &["", "status", "summary"]),
    ("worktree", &["list"]),
];

/// Subcommands that only say what they would do, with the options that make them say it.
const DRY: &[(&str, &[&str])] = &[
    ("add", &["--dry-run", "-n"]),
    ("clean", &["--dry-run", "-n", "-nd", "-dn", "-nfd", "-ndf", "-fdn", "-nx", "-ndx", "-nfdx"]),
    ("mv", &["--dry-run", "-n"]),
    ("prune", &["--dry-run", "-n"]),
    ("rm", &["--dry-run", "-n"]),
];

/// Options that run a program, write a file or open a window.
const REFUSED: &[&str] = &[
    "open-files-in-pager",
    "output",
    "ext-diff",
    "textconv",
    "filters",
    "upload-pack",
    "exec",
    "exec-path",
    "config-env",
    "web",
    "paginate",
    "receive-pack",
    "output-directory",
    "show-signature",
];

/// Judges `git` and its subcommand.
pub fn judge(args: &Args<'_>) -> Verdict {
    args.no_hidden_options()?;
    let words = args.known();
    let mut rest: &[String] = &words;
    loop {
        match rest {
            [first, after @ ..]
                if ["--no-pager", "-P", "--no-optional-locks", "--bare", "--literal-pathspecs"]
                    .contains(&first.as_str()) =>
            {
                rest = after
            }
            [first, _, after @ ..] if first == "-C" => rest = after,
            [first, after @ ..]
                if first.starts_with("--git-dir=") || first.starts_with("--work-tree=") =>
            {
                rest = after
            }
            [only]
                if ["--version", "--help", "--html-path", "--man-path"]
                    .contains(&only.as_str()) =>
            {
                return Ok(());
            }
            _ => break,
        }
    }
    let Some((verb, rest)) = rest.split_first() else { return args.unknown() };
    if rest == ["--help"] || rest == ["-h"] {
        return Ok(());
    }
    args.refuse("O", REFUSED)?;
    // A URL of this form names a program to run.
    if rest.iter().any(|word| word.contains("::")) {
        return args.unknown();
    }
    if subcommand(verb, rest) {
        Ok(())
    } else {
        Err(format!("'git {verb}' may change the repository"))
    }
}

fn subcommand(verb: &str, rest: &[String]) -> bool {
    let first = rest.iter().find(|word| !word.starts_with('-')).map_or("", String::as_str);
    let given = |options: &[&str]| rest.iter().any(|word| options.contains(&word.as_str()));
    let listing = LISTING
        .iter()
        .any(|(known, operands)| *known == verb && operands.contains(&first) && leads(rest, first));
    let dry = DRY.iter().any(|(known, options)| *known == verb && given(options));
    LOOKING.contains(&verb)
        || listing
        || dry
        || match verb {
            "branch" => only(
                rest,
                &[
                    "-a",
                    "-r",
                    "-v",
                    "-vv",
                    "-av",
                    "-avv",
                    "-rv",
                    "--all",
                    "--remotes",
                    "--list",
                    "-l",
                    "--show-current",
                    "--verbose",
                    "--no-color",
                ],
                &["--contains", "--merged", "--no-merged", "--sort", "--format", "--points-at"],
            ),
            "tag" => only(
                rest,
                &["-l", "--list", "-n"],
                &["--contains", "--merged", "--no-merged", "--sort", "--format", "--points-at"],
            ),
            "config" => {
                given(&["--get", "--get-all", "--get-regexp", "--list", "-l", "--get-urlmatch"])
                    && !given(&["-e", "--edit", "--unset", "--add", "--replace-all", "--unset-all"])
            }
            "symbolic-ref" => {
                rest.iter().filter(|word| !word.starts_with('-')).count() == 1
                    && !given(&["-d", "--delete"])
            }
            "apply" => {
                given(&["--check", "--stat", "--numstat", "--summary"])
                    && !given(&["--apply", "--index", "--cached", "-3", "--3way", "--reject"])
            }
            _ => false,
        }
}

/// True when nothing but the operand that lists comes first: `git stash -p list` would be something else.
fn leads(rest: &[String], first: &str) -> bool {
    match rest.first() {
        None => true,
        Some(word) if first.is_empty() => {
            ["-v", "--verbose", "-vv"].contains(&word.as_str()) && rest.len() == 1
        }
        Some(word) => word == first || word == "-v",
    }
}

/// True when each word is one of the options, or one of those that take a value with its value; patterns may follow `--list`.
fn only(rest: &[String], alone: &[&str], valued: &[&str]) -> bool {
    let lists = rest.iter().any(|word| word == "--list" || word == "-l");
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or_default();
        if valued.contains(&name) {
            if !word.contains('=') {
                words.next();
            }
        } else if !alone.contains(&word.as_str()) && (word.starts_with('-') || !lists) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::effect::shell::syntax::Word;

    #[test]
    fn listing_is_told_from_changing() {
        let reads = |line: &str| {
            let words: Vec<Word> = line.split(' ').map(Word::text).collect();
            judge(&Args { program: "git", words: &words }).is_ok()
        };
        for line in [
            "status",
            "branch -a",
            "branch --list x*",
            "tag",
            "tag -l v1*",
            "remote -v",
            "stash list",
            "config --get user.name",
            "clean -n",
            "-C a log -3",
        ] {
            assert!(reads(line), "{line}");
        }
        for line in [
            "branch x",
            "branch -D x",
            "tag v1",
            "remote add a b",
            "stash",
            "config user.name x",
            "clean -f",
            "-c a=b log",
            "push",
            "diff --outp=x",
        ] {
            assert!(!reads(line), "{line}");
        }
    }
}
