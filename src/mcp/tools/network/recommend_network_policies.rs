//! `recommend_network_policies`: from observed connections to the policies that allow no others.

use crate::card::schema::recommendation_schema;
use crate::config::Toolset;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::RunId;
use crate::domain::json::Canonical;
use crate::mcp::tools::runs::{no_run, own_run, run_id, run_id_schema};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::network::{
    Applied, Comparison, Format, Input, Kind, Limits, NetworkError, Options, Recommendation,
    ServiceMap, compare, documents, observe, policies, recommend,
};
use crate::store::networks::{MOST_OF_ONE, NewNetworkPolicies, NotKept};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// An agent's map is smaller than what the command line takes: the answer must fit into a conversation.
const LIMITS: Limits = Limits { bytes: 4 << 20, lines: 100_000, services: 500, edges: 2_000 };

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "recommend_network_policies",
    title: "Recommend network policies",
    description: "Turns observed connections into least-privilege Kubernetes NetworkPolicies: one a service (ingress, \
                  egress, name resolution), and one a namespace that denies the rest. Keeps them as recommendations, \
                  with `run_id` as those of a run of yours; `list_network_policies` gives them back, one for each \
                  connection too. With `applied`, says what those would cut, leave open and allow for nothing. \
                  Applies nothing. conntrack and ss know addresses only: give `names`.",
    read_only: false,
    toolset: Toolset::Runs,
    offered: Offered::Agents,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "an argument is missing, unknown or of the wrong kind"),
        ("unreadable", "the text, or `names`, is not of that format; it says what was found"),
        (
            "no_connections",
            "no connection between services was seen, so nothing can be recommended",
        ),
        ("too_large", "more bytes, lines, services or connections than the limit that it names"),
        ("address_twice", "two services claim one address"),
        ("invalid_namespace", "`namespace` is no Kubernetes namespace"),
        ("applied_invalid", "`applied` holds no policies that Kubernetes would take"),
        ("not_found", "there is no such run of yours"),
        ("too_many", "20000 recommendations of yours are kept"),
        ("internal", "the policies could not be written; nothing was kept"),
    ],
    examples: &[
        Example {
            arguments: r#"{"format":"json","namespace":"shop","text":"{\"services\":[{\"name\":\"web\",\"labels\":{\"app\":\"web\"}},{\"name\":\"api\",\"labels\":{\"app\":\"api\"}}],\"connections\":[{\"source\":\"web\",\"target\":\"api\",\"port\":8080,\"protocol\":\"TCP\"}]}"}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"format":"conntrack","text":"tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40000 dport=5432 src=10.0.0.2 dst=10.0.0.1 sport=5432 dport=40000","names":"{\"services\":[{\"name\":\"api\",\"addresses\":[\"10.0.0.1\"]},{\"name\":\"db\",\"addresses\":[\"10.0.0.2\"]}]}","applied":"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n"}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"format":"pcap","text":"x"}"#,
            refusal: Some("invalid_arguments"),
        },
        Example {
            arguments: r#"{"format":"hubble","text":"not a flow"}"#,
            refusal: Some("unreadable"),
        },
        Example {
            arguments: r#"{"format":"json","text":"{\"services\":[{\"name\":\"web\"}]}"}"#,
            refusal: Some("no_connections"),
        },
        Example {
            arguments: r#"{"format":"json","namespace":"No Such","text":"{\"connections\":[{\"source\":\"a\",\"target\":\"b\",\"port\":1}]}"}"#,
            refusal: Some("invalid_namespace"),
        },
        Example {
            arguments: r#"{"format":"json","text":"{\"services\":[{\"name\":\"a\",\"addresses\":[\"10.0.0.1\"]},{\"name\":\"b\",\"addresses\":[\"10.0.0.1\"]}]}"}"#,
            refusal: Some("address_twice"),
        },
        Example {
            arguments: r#"{"format":"json","text":"{\"connections\":[{\"source\":\"a\",\"target\":\"b\",\"port\":1}]}","applied":"kind: ["}"#,
            refusal: Some("applied_invalid"),
        },
        Example {
            arguments: r#"{"format":"json","text":"{\"connections\":[{\"source\":\"a\",\"target\":\"b\",\"port\":1}]}","run_id":"00000000-0000-7000-8000-000000000000"}"#,
            refusal: Some("not_found"),
        },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    format: Format,
    text: String,
    names: Option<String>,
    run_id: Option<String>,
    namespace: Option<String>,
    applied: Option<String>,
}

fn input() -> Value {
    let formats = Format::ALL.map(Format::as_str);
    object_schema(
        json!({
            "format": {
                "enum": formats,
                "description": "hubble: `hubble observe -o jsonpb`; conntrack: `conntrack -L`; ss: `ss -tunap`; docker: \
                                `docker inspect` (names only); json: {services, connections}.",
            },
            "text": { "type": "string", "description": "What was observed, as the program printed it." },
            "names": {
                "type": "string",
                "description": "Names of addresses: JSON {\"services\": [{name, namespace?, labels?, addresses}]}, or \
                                what `docker inspect` printed.",
            },
            "run_id": run_id_schema(),
            "namespace": { "type": "string", "description": "Of services without one. Default: default." },
            "applied": {
                "type": "string",
                "description": "Applied policies to compare with: YAML documents, or `kubectl get networkpolicy -o json`.",
            },
        }),
        &["format", "text"],
    )
}

fn output() -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let list = json!({ "type": "array" });
    json!({
        "type": "object",
        "properties": {
            "saved": count,
            "services": count,
            "recommendations": { "type": "array", "items": recommendation_schema(&json!({})) },
            "policies_yaml": { "type": "string" },
            "dropped": list,
            "skipped": { "type": "object" },
            "ignored": { "type": "object" },
            "notes": list,
            "comparison": { "type": ["object", "null"] },
        },
        "required": ["saved", "services", "recommendations", "policies_yaml", "dropped", "skipped", "notes"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { recommended(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

/// What is made of the arguments, without anything else.
struct Made {
    map: ServiceMap,
    recommendations: Vec<Recommendation>,
    yaml: String,
    notes: Vec<String>,
    comparison: Option<Comparison>,
}

fn make(wish: &Arguments) -> Result<Made, NetworkError> {
    let names = wish.names.as_deref().map(|text| Input { name: "names", format: None, text });
    let seen = Input { name: "text", format: Some(wish.format), text: &wish.text };
    let inputs: Vec<Input<'_>> = names.into_iter().chain([seen]).collect();
    let mut options = Options { limits: LIMITS, ..Options::default() };
    if let Some(namespace) = &wish.namespace {
        options.namespace.clone_from(namespace);
    }
    let map = observe(&inputs, &options)?;
    let applied = wish.applied.as_deref().map(|text| Applied::parse(text, &options.namespace));
    let applied = applied.transpose()?;
    let comparison = applied.map(|applied| compare(&map, &applied)).transpose()?;
    let set = policies(&map)?;
    let notes = map.notes.iter().chain(&set.notes).cloned().collect();
    let (recommendations, yaml) = (recommend(&map)?, documents(set.all())?);
    Ok(Made { recommendations, yaml, notes, comparison, map })
}

async fn recommended(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let wish: Arguments = arguments(bytes)?;
    let run = match &wish.run_id {
        None => None,
        Some(text) => Some(own_run(call, run_id(text)?).await?.id),
    };
    // A large map takes long enough that other calls would wait for it.
    let made = tokio::task::spawn_blocking(move || make(&wish)).await;
    let made = made.map_err(|_| refuse("internal", "the map could not be made"))?;
    let made = made.map_err(|fault| refuse(fault.code(), fault.to_string()))?;
    if made.map.edges.is_empty() {
        let hint = made.map.notes.join("; ");
        let text = format!(
            "no connection between services was seen, so nothing can be recommended. {hint}"
        );
        return Err(refuse("no_connections", text.trim_end()));
    }
    let saved = keep(call, run, &made).await?;
    Ok(told(&made, saved))
}

async fn keep(call: OwnCall<'_>, run: Option<RunId>, made: &Made) -> Result<usize, Answered> {
    let gate = &call.front.gate;
    let principal = call.caller.principal.clone();
    let body = json!({
        "run": run,
        "services": made.map.services.len(),
        "edges": made.map.edges.len(),
        "recommendations": made.recommendations.len(),
        "policies_digest": Digest::sha256(&[made.yaml.as_bytes()]),
    });
    let row = Draft {
        session: Some(gate.session()),
        principal: Some(principal.clone()),
        body: body.to_string().into_bytes(),
        ..Draft::new(EntryType::NetworkRecommended, gate.tenant())
    };
    let new = NewNetworkPolicies {
        tenant: gate.tenant().clone(),
        principal,
        run,
        recommendations: made.recommendations.clone(),
        row,
    };
    let kept = gate.desk().store().save_network_policies(new).await;
    match kept.map_err(|e| store_failed(&e))? {
        Ok(saved) => Ok(saved),
        Err(NotKept::NoSuchRun) => Err(no_run()),
        Err(NotKept::TooMany) => Err(refuse(
            "too_many",
            format!(
                "no more than {MOST_OF_ONE} recommendations of one principal are kept; nothing was kept of this one"
            ),
        )),
    }
}

fn told(made: &Made, saved: usize) -> Answered {
    let of = |kind| made.recommendations.iter().filter(|one| one.kind == kind).count();
    let mut text = format!(
        "{} connections between {} services; {} policies for services and {} that deny the rest. {saved} recommendations \
         were kept, nothing was applied.",
        made.map.edges.len(),
        made.map.services.len(),
        of(Kind::Service),
        of(Kind::DefaultDeny),
    );
    if made.map.skipped.count > 0 {
        text.push_str(&format!(" {} lines were not understood.", made.map.skipped.count));
    }
    if let Some(comparison) = &made.comparison {
        text.push_str(&format!(
            " The applied policies would cut {} of the connections, leave {} services open and allow {} things more \
             widely than was seen.",
            comparison.cut.len(),
            comparison.open.len(),
            comparison.unused.len()
        ));
    }
    for note in &made.notes {
        text.push_str(&format!("\nNote: {note}."));
    }
    let short = |one: &Recommendation| {
        let mut value = serde_json::to_value(one).unwrap_or_default();
        // The YAML stands in `policies_yaml`, and that of single connections in the list of what is kept.
        if let Some(object) = value.as_object_mut() {
            object.remove("policy_yaml");
        }
        value
    };
    let short: Vec<Value> = made.recommendations.iter().map(short).collect();
    let structured = json!({
        "saved": saved,
        "services": made.map.services.len(),
        "recommendations": short,
        "policies_yaml": made.yaml,
        "dropped": made.map.dropped,
        "skipped": made.map.skipped,
        "ignored": made.map.ignored,
        "notes": made.notes,
        "comparison": made.comparison,
    });
    say(text, structured)
}
