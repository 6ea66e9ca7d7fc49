//! What each method means: which task answers it.

use crate::domain::call::Method;
use crate::domain::json::{Canonical, Node};
use crate::gate::{Asking, Beat, CameBack, OnTheWay, Patience, Refusal, Reply, Route};
use crate::mcp::answer::{Era, error_line, progress_line};
use crate::mcp::caller::Caller;
use crate::mcp::front::{Duty, Front};
use crate::mcp::request;
use crate::mcp::roads::returning;
use crate::mcp::subscription::LISTEN;
use crate::mcp::ticket::Ticket;
use crate::mcp::tools::{self, OwnCall};
use crate::upstream::ProgressSink;
use std::sync::Arc;
use std::time::Duration;

/// Without a progress token a client cannot be told that we wait, so no longer than the shortest known limit.
const HOLD_UNTOLD: Duration = Duration::from_secs(50);

/// A call for a server, as far as it is known before its task begins.
struct Proxied {
    method: Method,
    route: Option<Route>,
    arguments: Option<Canonical>,
    came: Option<CameBack>,
}

impl Front {
    /// Gives the request to a task of its own.
    pub(in crate::mcp) fn dispatch(
        self: &Arc<Self>,
        method: &str,
        params: Option<&Node<'_>>,
        caller: Caller,
        ticket: Ticket,
    ) {
        let invalid = |ticket: Ticket, why: &str| {
            ticket.answer(error_line(Some(&caller.id), -32602, why, None));
        };
        let unknown =
            || format!("there is no method `{}` here", crate::domain::visible::inline(method).text);
        let came = match returning::came_back(method, caller.era, params) {
            Ok(came) => came,
            Err(why) => return invalid(ticket, &why),
        };
        if method == LISTEN && caller.era == Era::Modern {
            return self.subscribe(params, caller, ticket);
        }
        if let Some(wish) = self.task_wish(method, &caller) {
            return self.look_after(wish, params, caller, ticket);
        }
        let Some(method) = Method::parse(method) else {
            ticket.answer(error_line(Some(&caller.id), -32601, &unknown(), None));
            return;
        };
        match method {
            Method::ToolsList
            | Method::PromptsList
            | Method::ResourcesList
            | Method::ResourceTemplatesList => {
                let front = self.clone();
                self.tasks.spawn(async move {
                    let line = front.list(method, &caller).await;
                    ticket.answer(line);
                });
            }
            Method::ToolsCall => match request::named(params) {
                Err(why) => invalid(ticket, &why),
                Ok(named) => match tools::find(self, &named.name) {
                    Some(_) if came.is_some() => {
                        invalid(ticket, "no tool of ours asks for anything to come back with");
                    }
                    Some(tool) => {
                        let front = self.clone();
                        self.tasks.spawn(async move {
                            let call = OwnCall { front: &front, caller: &caller };
                            tools::run(tool, call, named.arguments, ticket).await;
                        });
                    }
                    None => {
                        let route = self.gate.fleet().tool(&named.name);
                        let call = Proxied { method, route, arguments: named.arguments, came };
                        self.proxy(call, &named.name, caller, ticket);
                    }
                },
            },
            Method::PromptsGet => match request::named(params) {
                Err(why) => invalid(ticket, &why),
                Ok(named) => {
                    let route = self.gate.fleet().prompt(&named.name);
                    let call = Proxied { method, route, arguments: named.arguments, came };
                    self.proxy(call, &named.name, caller, ticket);
                }
            },
            Method::ResourcesRead => {
                let uri = params.and_then(|p| p.get("uri")).and_then(Node::as_str);
                match uri.filter(|uri| uri.len() <= 8_192) {
                    None => invalid(ticket, "`uri` must be a string of at most 8192 bytes"),
                    Some(uri) => self.read_resource(uri.to_owned(), caller, ticket),
                }
            }
            Method::Complete => match self.completion(params) {
                Err(why) => invalid(ticket, &why),
                Ok((route, arguments)) => {
                    let arguments = Some(arguments);
                    let call = Proxied { method, route, arguments, came };
                    self.proxy(call, "completion", caller, ticket);
                }
            },
        }
    }

    fn proxy(self: &Arc<Self>, call: Proxied, shown: &str, caller: Caller, ticket: Ticket) {
        let front = self.clone();
        let shown = shown.to_owned();
        self.tasks.spawn(async move {
            let Proxied { method, route, arguments, came } = call;
            let is_tool = method == Method::ToolsCall;
            let route = match route {
                Some(route) => Some(route),
                // Not listed yet, perhaps: a server that was still starting gets its chance to say.
                None if is_tool => {
                    front.offers_known(&caller).await;
                    front.gate.fleet().tool(&shown)
                }
                None => None,
            };
            let reply = match route {
                None => Reply::from(front.gate.nobody_has(&shown)),
                Some(route) => {
                    let mut asking = front.asking(method, route, arguments, &caller);
                    asking.patience.road = front.road(&caller, is_tool, came);
                    front.gate.handle(asking).await
                }
            };
            ticket.reply(&caller, method, &reply).await;
        });
    }

    fn read_resource(self: &Arc<Self>, uri: String, caller: Caller, ticket: Ticket) {
        let front = self.clone();
        self.tasks.spawn(async move {
            let fleet = front.gate.fleet();
            let listed = |uri: &str| fleet.members().any(|m| m.offer.load().uris.contains(uri));
            if !listed(&uri) {
                for member in fleet.members() {
                    // A server that cannot list has listed nothing, and what is not listed asks.
                    let _ = front.gate.refresh_uris(member, &caller.principal).await;
                }
            }
            let reply = match fleet.resource(&uri) {
                None => Reply::from(Refusal::unknown(&uri)),
                Some(route) => {
                    let mut asking = front.asking(Method::ResourcesRead, route, None, &caller);
                    asking.patience.road = front.road(&caller, false, None);
                    front.gate.handle(asking).await
                }
            };
            ticket.reply(&caller, Method::ResourcesRead, &reply).await;
        });
    }

    fn asking(
        &self,
        method: Method,
        route: Route,
        arguments: Option<Canonical>,
        caller: &Caller,
    ) -> Asking {
        Asking {
            principal: caller.principal.clone(),
            upstream: route.upstream,
            method,
            tool: route.own,
            arguments,
            patience: self.patience(caller, None),
            on_the_way: self.on_the_way(caller),
        }
    }

    /// What accompanies a call of this caller.
    pub(in crate::mcp) fn on_the_way(&self, caller: &Caller) -> OnTheWay {
        let (passed, progress) = (caller.passed.clone(), self.progress(caller));
        let (cancel, gone) = (caller.cancel.clone(), caller.gone.clone());
        OnTheWay { passed, progress, cancel, gone }
    }

    /// How long this caller can be kept waiting, and how it is told.
    pub(in crate::mcp) fn patience(&self, caller: &Caller, wait: Option<Duration>) -> Patience {
        let mut hold = self.config.hold_for(&caller.client);
        if caller.progress.is_none() {
            hold = hold.min(HOLD_UNTOLD);
        }
        let hold = wait.map_or(hold, |wait| wait.min(hold));
        Patience { on_ask: self.on_ask, hold, beat: self.beat(caller), road: None }
    }

    fn beat(&self, caller: &Caller) -> Option<Beat> {
        let token = caller.progress.clone()?;
        let out = caller.out.clone();
        // Small steps below one: progress must rise, and the server's own begins at one or above.
        Some(Box::new(move |count, text| {
            out.send_if_read(progress_line(&token, f64::from(count) / 1_000.0, text));
        }))
    }

    /// Where the server's progress for this caller goes: the object as received, with the client's token.
    fn progress(&self, caller: &Caller) -> Option<ProgressSink> {
        let token = caller.progress.clone()?;
        let out = caller.out.clone();
        Some(Box::new(move |params| {
            if let Some(params) = crate::upstream::with_member(params, "progressToken", &token) {
                let head = br#"{"jsonrpc":"2.0","method":"notifications/progress","params":"#;
                out.send_if_read([&head[..], params.as_bytes(), b"}\n"].concat());
            }
        }))
    }

    /// `completion/complete` names a prompt or a resource; the server must hear its own name of it.
    fn completion(&self, params: Option<&Node<'_>>) -> Result<(Option<Route>, Canonical), String> {
        let params = params.and_then(Node::object).ok_or("`params` must be an object")?;
        let mut route = None;
        let mut members = Vec::new();
        for (key, value) in params {
            match key.as_ref() {
                "_meta" => {}
                "ref" => {
                    let prompt = value.get("name").and_then(Node::as_str);
                    let uri = value.get("uri").and_then(Node::as_str);
                    let (found, key) = match (prompt, uri) {
                        (Some(name), None) => (self.gate.fleet().prompt(name), "name"),
                        (None, Some(uri)) => (self.gate.fleet().resource(uri), "uri"),
                        _ => return Err("`ref` must name a prompt or a resource".to_owned()),
                    };
                    let mut own = value.clone();
                    if let (Node::Object(parts), Some(found)) = (&mut own, &found) {
                        for (name, part) in parts.iter_mut().filter(|(name, _)| name == key) {
                            let _ = name;
                            *part = Node::String(found.own.clone().into());
                        }
                    }
                    route = found;
                    members.push((key_of("ref"), own));
                }
                "argument" | "context" => members.push((key_of(key), value.clone())),
                other => {
                    let shown = crate::domain::visible::inline(other).text;
                    return Err(format!("`{shown}` is not a member of these params"));
                }
            }
        }
        let arguments = request::arguments_of(&Node::Object(members))?;
        Ok((route, arguments))
    }

    /// Whether this session forwards anything at all.
    pub(in crate::mcp) fn forwards(&self) -> bool {
        matches!(self.duty, Duty::Agent)
    }
}

fn key_of(name: &str) -> std::borrow::Cow<'static, str> {
    name.to_owned().into()
}
