//! Whether two commands start the same server, and whether one of them stands behind us.

/// How a client's command stands to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// It goes through us.
    Gated,
    /// It is us, told to wrap nothing.
    WrapsNothing,
    /// It goes past us.
    Ungated,
}

const OUR_NAME: &str = "countersign";
/// Programs that start other programs: what they start counts.
const RUNNERS: [&str; 17] = [
    "npx", "npm", "pnpm", "pnpx", "yarn", "bunx", "bun", "uvx", "uv", "pipx", "node", "deno",
    "python", "python3", "docker", "podman", "cmd",
];
/// Words between a runner and what it runs.
const BETWEEN: [&str; 8] = ["dlx", "run", "exec", "x", "tool", "--", "/c", "npx"];

/// How this command stands to us.
pub(crate) fn gate(argv: &[String]) -> Gate {
    let argv = without_env(argv);
    let ours = argv.iter().position(|word| base(word) == OUR_NAME || package(word) == OUR_NAME);
    let Some(rest) = ours.and_then(|at| argv.get(at + 1..)) else { return Gate::Ungated };
    let verb = rest.iter().find(|word| *word == "serve" || *word == "wrap").map(String::as_str);
    match verb {
        Some("serve") => Gate::Gated,
        Some(_) => {
            let wrapped = rest.iter().position(|word| word == "--").and_then(|at| rest.get(at + 1));
            if wrapped.is_some() { Gate::Gated } else { Gate::WrapsNothing }
        }
        None => Gate::Ungated,
    }
}

/// Whether both start the same server, perhaps with other arguments or in another version.
pub(crate) fn same(a: &[String], b: &[String]) -> bool {
    match (server(a), server(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// What is started: the package or script of a runner, else the program.
fn server(argv: &[String]) -> Option<String> {
    let argv = without_env(argv);
    let (program, rest) = argv.split_first()?;
    if !RUNNERS.contains(&base(program)) {
        return Some(base(program).to_owned());
    }
    rest.iter()
        .find(|word| !word.starts_with('-') && !BETWEEN.contains(&word.as_str()))
        .map(|word| package(word).to_owned())
        .or_else(|| Some(base(program).to_owned()))
}

/// `env A=1 B=2 cmd` is `cmd`.
fn without_env(argv: &[String]) -> &[String] {
    match argv.split_first() {
        Some((first, rest)) if base(first) == "env" => {
            let own = |word: &&String| word.starts_with('-') || word.contains('=');
            rest.get(rest.iter().take_while(own).count()..).unwrap_or_default()
        }
        _ => argv,
    }
}

fn base(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name)
}

/// The name without `@version`, `==version` or `:tag`; an npm scope begins with `@` too.
fn package(word: &str) -> &str {
    let cut = word.char_indices().skip(1).find(|(at, c)| {
        let rest = word.get(*at..).unwrap_or_default();
        *c == '@' || rest.starts_with("==") || (*c == ':' && !rest.contains('/'))
    });
    cut.and_then(|(at, _)| word.get(..at)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use crate::cli::doctor::same::{Gate, gate, same};

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_command_behind_us_is_told_from_one_past_us() {
        assert_eq!(gate(&words("/usr/bin/countersign serve")), Gate::Gated);
        assert_eq!(gate(&words("countersign --home /x wrap --name a -- npx y")), Gate::Gated);
        assert_eq!(gate(&words("env A=1 countersign wrap -- npx y")), Gate::Gated);
        assert_eq!(gate(&words("countersign wrap")), Gate::WrapsNothing);
        assert_eq!(gate(&words("countersign wrap --")), Gate::WrapsNothing);
        assert_eq!(gate(&words("npx -y y /srv/countersign")), Gate::Ungated);
        assert_eq!(gate(&words("countersign pending")), Gate::Ungated);
    }

    #[test]
    fn the_same_server_is_known_by_its_package() {
        let upstream = words("npx -y @scope/server-files /srv");
        assert!(same(&upstream, &words("/usr/local/bin/npx @scope/server-files@1.2.3 /home")));
        assert!(same(&upstream, &words("env X=1 bunx @scope/server-files")));
        assert!(!same(&upstream, &words("npx -y @scope/server-git /srv")));
        assert!(same(&words("uvx mcp-time==1.0"), &words("uvx mcp-time")));
        assert!(same(&words("/opt/a/notes"), &words("notes --fast")));
        assert!(same(&words("docker run -i mcp/git:1.2"), &words("docker run --rm mcp/git")));
        assert!(!same(&[], &[]));
    }
}
