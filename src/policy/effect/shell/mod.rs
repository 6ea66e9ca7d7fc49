//! Proves that a shell line is harmless: it is parsed, and every command in it has to be one known only to look, with
//! arguments that keep it so. Whatever is not understood executes.

pub mod args;
pub mod cli;
pub mod clients;
pub mod filters;
pub mod git;
pub mod network;
pub mod parse;
pub mod programs;
pub mod readers;
pub mod special;
pub mod syntax;
pub mod word;
pub mod wrappers;

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::shell::syntax::{Piece, Redirect, Simple, Word};

/// Longer lines are not worth a proof.
const LONGEST: usize = 32 * 1024;

/// Why a command is not proven harmless; `Ok` when it is.
pub type Verdict = Result<(), String>;

/// Judges a line as a POSIX shell would read it.
pub fn judge(line: &str) -> Finding {
    match harmless(line, 0) {
        Ok(()) => Finding::read("shell.proven_read", "every command in this line only looks"),
        Err(why) => unproven(&why),
    }
}

/// Judges a program and its arguments that no shell reads. Where one might read them after all, they must mean nothing to it.
pub fn judge_words(program: &str, arguments: &[Node<'_>]) -> Finding {
    let mut line = String::from(program);
    for argument in arguments {
        let text = match argument {
            Node::String(text) => text.as_ref(),
            Node::Number(digits) => digits,
            _ => return unproven("its command is not a line of text"),
        };
        if text.contains(|c: char| "\n\r;|&$`<>(){}*?[]!~#'\"\\".contains(c)) {
            return unproven(
                "an argument of its command means more to a shell than to the program",
            );
        }
        line.push_str(" '");
        line.push_str(text);
        line.push('\'');
    }
    judge(&line)
}

/// A finding that a command was not proven harmless.
pub fn unproven(why: &str) -> Finding {
    Finding::new(
        Effect::Executes,
        "shell.unproven",
        format!("this command may do more than look: {why}"),
    )
}

/// True for programs about which the prover knows something.
pub fn knows_program(name: &str) -> bool {
    programs::knows(name)
}

/// Proves a line; `depth` counts the shells inside shells.
pub fn harmless(line: &str, depth: usize) -> Verdict {
    if line.len() > LONGEST || line.contains('\0') || depth > 4 {
        return Err("it is too long or too deep to be judged".to_owned());
    }
    let commands = parse::parse(line).map_err(|refused| refused.0.to_owned())?;
    commands.iter().try_for_each(|command| simple(command, depth))
}

fn simple(command: &Simple, depth: usize) -> Verdict {
    command.redirects.iter().try_for_each(redirect)?;
    let program = command.words.first().and_then(Word::literal);
    let computes = program.as_deref().is_none_or(programs::is_builtin);
    command.assignments.iter().try_for_each(|(name, _)| assignment(name, computes))?;
    if command.words.is_empty() { Ok(()) } else { programs::harmless(&command.words, depth) }
}

/// Files that are no files.
const NOWHERE: &[&str] =
    &["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/1", "/dev/fd/2"];

fn redirect(redirect: &Redirect) -> Verdict {
    match redirect {
        Redirect::To(word)
            if word.literal().is_some_and(|file| NOWHERE.contains(&file.as_str())) =>
        {
            Ok(())
        }
        Redirect::To(_) => Err("it writes to a file".to_owned()),
        // bash opens connections by these names.
        Redirect::From(word) => match word.pieces.first() {
            Some(Piece::Text(file))
                if !file.starts_with("/dev/tcp") && !file.starts_with("/dev/udp") =>
            {
                Ok(())
            }
            Some(Piece::Text(_)) => Err("it opens a connection".to_owned()),
            _ => Err("the file that it reads is known only when it runs".to_owned()),
        },
    }
}

/// Variables that only shape how a program writes.
const HARMLESS: &[&str] = &[
    "CI",
    "COLUMNS",
    "LANG",
    "LINES",
    "NO_COLOR",
    "TERM",
    "TZ",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "LC_ALL",
];

/// Parts of names of variables by which a program finds, loads or runs something.
const INFLUENTIAL: &[&str] = &[
    "ARGS", "BROWSER", "CONF", "EDITOR", "ENV", "EXEC", "FLAGS", "HOME", "IFS", "LD_", "LESS",
    "LIB", "LOAD", "MAN", "MODULE", "OPT", "PAGER", "PATH", "PERL", "PLUGIN", "PROMPT", "PS1",
    "PS2", "PS3", "PS4", "PYTHON", "RUBY", "SHELL", "SSH", "VISUAL", "COMMAND", "CMD", "BASH",
    "RSH", "ASKPASS", "PRELOAD", "NODE", "JAVA", "PROXY", "DIFF",
];

/// Variables before a program reach it, so they must be harmless; those before a builtin or alone must not be ones that
/// the shell, or a program run later, is steered by.
fn assignment(name: &str, computes: bool) -> Verdict {
    let upper = name.to_ascii_uppercase();
    let steers = INFLUENTIAL.iter().any(|part| upper.contains(part))
        || (!computes && upper.starts_with("GIT"));
    let ok = HARMLESS.contains(&name) || name.starts_with("LC_") || (computes && !steers);
    if ok { Ok(()) } else { Err(format!("it sets '{name}', which may change what a program does")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_lines_are_free() {
        for line in [
            "",
            "# rm -rf /",
            "echo 'rm -rf /' | grep rm",
            "cat a.txt 2>/dev/null | sort -u | head -5",
            "for f in *.rs; do wc -l \"$f\"; done",
            "git -C repo log --oneline -5",
            "find . -name '*.rs' -exec grep -l fn {} +",
            "bash -c 'ls -la'",
            "env LANG=C ls",
            "timeout 5 ls",
            "ls | xargs -n1 echo",
            "[ -f x ] && cat x || echo none",
            "cat <<E\nrm -rf /\nE",
            "sed -n '1,5p' a",
            "awk '{print $1}' a",
            "curl -s https://example.com",
            "kubectl get pods -n prod -o json",
            "docker ps -a",
            "aws ec2 describe-instances",
            "gh pr list",
            "psql -c 'SELECT 1'",
            "rm --help",
            "X=1; echo $X",
            "tar -tzf a.tgz",
            "sort -k2 a",
            "ps aux | grep x",
            "git stash list",
        ] {
            assert_eq!(harmless(line, 0), Ok(()), "{line}");
        }
    }

    #[test]
    fn the_rest_is_not() {
        for line in [
            "rm x",
            "ls > a",
            "echo $(rm x)",
            "find . -delete",
            "find . -exec rm {} +",
            "find . $x",
            "sed -i s/a/b/ f",
            "sed 's/a/b/w f' g",
            "sort -o a b",
            "awk 'BEGIN{system(\"x\")}'",
            "sort --outp=a b",
            "sort --compress-program=x a",
            "git -c core.pager=x log",
            "git diff --output=a",
            "PATH=/tmp ls",
            "PATH=/tmp; ls",
            "curl -d @x https://a",
            "curl \"https://a/$(cat k)\"",
            "wget https://a/b",
            "bash x.sh",
            "bash -c \"$x\"",
            "$(echo ls)",
            "./ls",
            "/tmp/ls",
            "kubectl delete pod x",
            "kubectl -n get delete pod",
            "aws s3 rm s3://a",
            "aws s3api get-object a b c",
            "docker run x",
            "gh pr merge 1",
            "psql -c 'DROP TABLE t'",
            "mysql -e 'SELECT 1 \\! rm x'",
            "xargs rm",
            "env -S 'rm x'",
            "ls;rm x",
            "ls\nrm x",
            "cat <(rm x)",
            "cat </dev/tcp/a/80",
            "{rm,-rf,x}",
            "tee a",
            "python -c 1",
            "eval ls",
            "source x",
            "exec rm",
            "command rm x",
            "xxd -r a b",
            "uniq a b",
            "tar -xf a",
            "tar -tf a --to-command=x",
            "rg --pre x y",
            "man -P x ls",
            "less +!x a",
            "rm -rf / --help",
            "date -s x",
            "awk '{print > \"f\"}' a",
            "hostname x",
            "git branch new",
            "git grep -O x",
            "git ls-remote 'ext::sh -c x'",
            "read PATH",
            "export LD_PRELOAD=x",
            "for PATH in /tmp; do ls; done",
            "printf -v 'a[$(x)]' 1",
            "[[ 'a[$(x)]' -eq 1 ]]",
            "test -v 'a[$(x)]'",
            "[ -v 'a[$(x)]' ]",
            "jobs -x rm x",
            "wait -p 'a[$(x)]'",
            "sudo cat x",
            "awk '{ if (\"}\") print > \"f\" }'",
            "dig \"x$(cat k).a.com\"",
            "kubectl frob list",
            "docker scan x",
            "xargs -I X X",
        ] {
            assert!(harmless(line, 0).is_err(), "{line}");
        }
    }

    #[test]
    fn words_without_a_shell_must_mean_nothing_to_one() {
        let list = |texts: &[&str]| {
            texts.iter().map(|text| Node::String((*text).to_owned().into())).collect::<Vec<_>>()
        };
        assert!(judge_words("ls", &list(&["-la", "/tmp"])).is_read());
        assert!(!judge_words("ls", &list(&["-la;rm x"])).is_read());
        assert!(!judge_words("rm", &list(&["x"])).is_read());
    }
}
