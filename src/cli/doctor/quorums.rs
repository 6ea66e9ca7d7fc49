//! Whether the people whose yes is needed are there at all: a quorum that nobody can reach lets every question expire.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::config::Config;
use crate::domain::principal::Role;
use crate::domain::quorum::Needs;
use crate::domain::time::Millis;

const AREA: &str = "quorums";

/// Looks at them.
pub(super) async fn look(app: &App, checks: &mut Checks) {
    stands(&app.config, checks);
    if app.config.quorums.iter().next().is_none() {
        return;
    }
    let users = match app.store.users().await {
        Ok(users) => users,
        Err(error) => {
            checks.error(AREA, format!("users cannot be read: {error}"), "see `store` above");
            return;
        }
    };
    let admins = users.iter().filter(|user| user.role == Role::Admin && user.tenant == app.tenant);
    let admins: Vec<&str> = admins.map(|user| user.name.as_str()).collect();
    for (index, quorum) in app.config.quorums.iter().enumerate() {
        let what = format!("quorum {} (`{}`)", index + 1, quorum.tool.as_deref().unwrap_or("*"));
        // As late as can be: everybody who may ever stand for another does.
        let whole = quorum.needs.at(Millis(0), Millis(0));
        let there = whole.filled(&admins, Millis(i64::MAX));
        let strangers = strangers(&quorum.needs, &admins);
        if there < whole.required {
            let needs = whole.required;
            let told =
                format!("{what} needs {needs} people, and only {there} of them are admins here");
            let help = "`countersign user add NAME --role admin` adds one; until then nobody says enough yeses";
            checks.warn(AREA, told, help);
        }
        if !strangers.is_empty() {
            let (all, s) = (strangers.join(", "), if strangers.len() == 1 { "" } else { "s" });
            let told = format!("{what}: {all}, no admin{s} here");
            checks.warn(AREA, told, "add them as users, or take the names out");
        } else if there >= whole.required {
            checks.ok(AREA, format!("{what} can be reached"));
        }
    }
}

/// Everybody whom it names, in a seat or for one, and who is no admin, each once.
fn strangers(needs: &Needs, admins: &[&str]) -> Vec<String> {
    let mut told: Vec<(&str, String)> = Vec::new();
    let mut tell = |name, as_what: String| {
        if !admins.contains(&name) && !told.iter().any(|(there, _)| *there == name) {
            told.push((name, format!("`{name}`{as_what}")));
        }
    };
    for chair in &needs.chairs {
        tell(&chair.name, String::new());
    }
    for chair in &needs.chairs {
        for deputy in &chair.deputies {
            tell(deputy, format!(" (deputy of {})", chair.name));
        }
        // Without an hour of theirs managers are never called in, which is told of them.
        for manager in chair.managers.iter().filter(|_| needs.escalate_before.is_some()) {
            tell(manager, format!(" (manager of {})", chair.name));
        }
    }
    told.into_iter().map(|(_, text)| text).collect()
}

/// What is written of people and never counts, and what could never be answered.
fn stands(config: &Config, checks: &mut Checks) {
    let quorums: Vec<&Needs> = config.quorums.iter().map(|quorum| &quorum.needs).collect();
    for (name, person) in &config.people {
        let is = |known: &String| known == name;
        let chairs = || quorums.iter().flat_map(|needs| &needs.chairs);
        let deputy = person.deputy.is_some()
            && chairs().any(|chair| chair.name == *name || chair.deputies.iter().any(is));
        let manages = |needs: &&&Needs| {
            needs.chairs.iter().any(|chair| chair.name == *name || chair.managers.iter().any(is))
        };
        let of: Vec<&&Needs> = quorums.iter().filter(manages).collect();
        if !deputy && (person.manager.is_none() || of.is_empty()) {
            let told = format!("no quorum reaches `[person.{name}]`, so nobody ever acts for him");
            checks.warn(AREA, told, "name him in a `[[quorum]]`, or take the table out");
        } else if person.manager.is_some() && of.iter().all(|needs| needs.escalate_before.is_none())
        {
            let told = format!("the manager of `[person.{name}]` is never called in");
            checks.warn(AREA, told, "give `escalate_before` to a `[[quorum]]` that names him");
        }
    }
}
