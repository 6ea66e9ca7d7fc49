//! Whether a client's own user, whom the configuration lets answer, ever can: a name that no client has answers nothing, and
//! says so nowhere else.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::config::is_family_alone;
use crate::domain::principal::Role;

const AREA: &str = "clients";

/// Looks at them.
pub(super) async fn look(app: &App, checks: &mut Checks) {
    let answering: Vec<_> =
        app.config.clients().filter(|(_, said)| said.answers_up_to.is_some()).collect();
    if answering.is_empty() {
        return;
    }
    let users = match app.store.users().await {
        Ok(users) => users,
        Err(error) => {
            checks.error(AREA, format!("users cannot be read: {error}"), "see `store` above");
            return;
        }
    };
    let is_agent = |name: &str| {
        let is = |user: &crate::store::User| user.name == name && user.role == Role::Agent;
        users.iter().any(|user| user.tenant == app.tenant && is(user))
    };
    for (client, said) in answering {
        if is_family_alone(client) {
            let told = format!("`client.{client}.answers_up_to`: no client is called exactly so");
            checks.warn(AREA, told, "`pending` shows the name after the slash");
        }
        if said.users.is_empty() {
            checks
                .note(AREA, format!("`client.{client}`: no `users`, so it never holds over HTTP"));
        }
        let strangers: Vec<&str> =
            said.users.iter().map(String::as_str).filter(|name| !is_agent(name)).collect();
        if !strangers.is_empty() {
            let told = format!(
                "`client.{client}.users` names `{}`, no user of the role `agent` here",
                strangers.join("`, `")
            );
            let help = "`countersign user add NAME --role agent` adds one; or take the name out";
            checks.warn(AREA, told, help);
        }
    }
}
