//! Whether the people whose yes is needed are there at all: a quorum that nobody can reach lets every question expire.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::domain::principal::Role;
use crate::domain::time::Millis;

const AREA: &str = "quorums";

/// Looks at them.
pub(super) async fn look(app: &App, checks: &mut Checks) {
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
        let named = quorum.needs.chairs.iter().map(|chair| chair.name.as_str());
        let strangers: Vec<&str> = named.filter(|name| !admins.contains(name)).collect();
        if there < whole.required {
            let needs = whole.required;
            let told =
                format!("{what} needs {needs} people, and only {there} of them are admins here");
            let help = "`countersign user add NAME --role admin` adds one; until then only people at a terminal who \
                        have such a name can answer";
            checks.warn(AREA, told, help);
        }
        if !strangers.is_empty() {
            let told = format!("{what} names {}, no admin here", strangers.join(", "));
            checks.warn(AREA, told, "add them as users, or take the names out");
        } else if there >= whole.required {
            checks.ok(AREA, format!("{what} can be reached"));
        }
    }
}
