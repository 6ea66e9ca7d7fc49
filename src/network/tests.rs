//! Policies and comparison, against what Kubernetes documents.

use crate::network::{
    Applied, Comparison, Edge, Input, Options, Peer, ServiceMap, compare, documents, observe,
    policies, recommend, svg,
};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use serde_json::{Value, json};

fn map_of(value: &Value) -> ServiceMap {
    let text = value.to_string();
    observe(&[Input { name: "x", format: None, text: &text }], &Options::default()).unwrap()
}

/// `web` and `api` of `shop`, `db` of `data`: web > api 8080, api > db 5432, api > outside 443.
fn shop() -> ServiceMap {
    map_of(&json!({
        "services": [
            {"name": "web", "namespace": "shop", "labels": {"app": "web", "tier": "front", "pod-template-hash": "1a"}},
            {"name": "api", "namespace": "shop", "labels": {"app": "api", "tier": "back"}},
            {"name": "db", "namespace": "data", "labels": {"app": "db"}, "addresses": ["10.0.0.3"]},
        ],
        "connections": [
            {"source": "shop/web", "target": "shop/api", "port": 8080},
            {"source": "shop/api", "target": "data/db", "port": 5432, "count": 3},
            {"source": "shop/api", "target": "203.0.113.9", "port": 443},
        ],
    }))
}

fn compared(map: &ServiceMap, applied: &str) -> Comparison {
    compare(map, &Applied::parse(applied, "shop").unwrap()).unwrap()
}

fn cut(map: &ServiceMap, applied: &str) -> Vec<String> {
    let line = |edge: &Edge| format!("{}>{}:{}", edge.source, edge.target, edge.port);
    let mark = |uncertain: bool| if uncertain { "?" } else { "" };
    let found = compared(map, applied).cut;
    found.iter().map(|cut| format!("{}{}", line(&cut.edge), mark(cut.uncertain))).collect()
}

fn policy(name: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec: {spec}\n"
    )
}

const WEB_API: &str = "shop/web>shop/api:8080";
const API_DB: &str = "shop/api>data/db:5432";
const API_OUT: &str = "shop/api>203.0.113.9:443";

#[test]
fn what_is_recommended_cuts_nothing_and_allows_nothing_else() {
    let map = shop();
    let set = policies(&map).unwrap();
    let yaml = documents(set.all()).unwrap();
    let found = compared(&map, &yaml);
    assert_eq!((found.cut, found.unused, found.open), (vec![], vec![], vec![]));
    assert_eq!(found.policies, 5);
    // Every other connection between the three is blocked.
    for (source, target, port) in [
        ("shop/web", "data/db", 5432),
        ("shop/web", "shop/api", 8081),
        ("data/db", "shop/web", 8080),
        ("shop/api", "shop/web", 8080),
        ("203.0.113.9", "shop/api", 8080),
        ("shop/web", "203.0.113.9", 443),
        ("shop/api", "203.0.113.8", 443),
    ] {
        let mut other = map.clone();
        let peer = |text: &str| match text.split_once('/') {
            Some((namespace, name)) => Peer::Service(crate::network::ServiceId {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
            None => Peer::Address(text.parse().unwrap()),
        };
        let (source, target) = (peer(source), peer(target));
        other.edges = vec![Edge { source, target, port, ..map.edges[0].clone() }];
        assert_eq!(compared(&other, &yaml).cut.len(), 1, "{:?}", other.edges);
    }
}

#[test]
fn selectors_leave_out_what_changes_with_every_roll_out() {
    let map = shop();
    let yaml = documents(policies(&map).unwrap().services.values()).unwrap();
    assert!(!yaml.contains("pod-template-hash"), "{yaml}");
    assert!(yaml.contains("tier: front"), "{yaml}");
}

#[test]
fn the_clusters_own_namespaces_get_no_policy_but_may_be_reached() {
    let map = map_of(&json!({
        "services": [{"name": "coredns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}],
        "connections": [{"source": "shop/web", "target": "kube-system/coredns", "port": 53, "protocol": "UDP"}],
    }));
    let set = policies(&map).unwrap();
    assert_eq!(set.default_deny.keys().collect::<Vec<_>>(), ["shop"]);
    assert!(set.notes.iter().any(|note| note.contains("kube-system")), "{:?}", set.notes);
    assert_eq!(cut(&map, &documents(set.all()).unwrap()), Vec::<String>::new());
}

#[test]
fn a_recommendation_for_an_edge_is_both_its_halves() {
    let all = recommend(&shop()).unwrap();
    let edge = all.iter().find(|one| one.port == Some(5432)).unwrap();
    assert_eq!(edge.source_service.as_deref(), Some("shop/api"));
    assert_eq!(edge.target_service.as_deref(), Some("data/db"));
    assert!(edge.recommendation.contains("seen 3 times"), "{}", edge.recommendation);
    let both: Vec<NetworkPolicy> = serde_saphyr::from_multiple(&edge.policy_yaml).unwrap();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0].metadata.namespace.as_deref(), Some("data"));
    assert_eq!(both[1].metadata.namespace.as_deref(), Some("shop"));
    // With what denies the rest, and the rest of the map gone, exactly this edge passes.
    let deny: String = all
        .iter()
        .filter(|one| one.kind.as_str() == "default_deny")
        .map(|one| one.policy_yaml.clone())
        .collect();
    let left = cut(&shop(), &format!("{deny}{}", edge.policy_yaml));
    assert_eq!(left, [API_OUT, WEB_API]);
}

#[test]
fn names_cannot_become_yaml_and_never_collide() {
    let nasty = [
        "web",
        "WEB",
        "Web",
        "w\u{435}b",
        "-",
        "---",
        "a: b",
        "x\n  - evil: true\n",
        "\"'",
        "{}",
        "[]",
        "!!int 1",
        "*a",
        "&a",
        "yes",
        "null",
        "~",
        "1e3",
        "0x10",
        "1_000",
        "12",
        "日本語",
        "%",
        "@",
        "`",
        "# c",
        "\u{202e}gnp",
    ];
    let long = ["y".repeat(300), "y".repeat(301)];
    let names: Vec<&str> = nasty.into_iter().chain(long.iter().map(String::as_str)).collect();
    let links: Vec<_> = names
        .iter()
        .map(|name| json!({"source": format!("shop/{name}"), "target": "shop/hub", "port": 80}))
        .collect();
    let map = map_of(&json!({ "connections": links }));
    assert_eq!(map.services.len(), names.len() + 1, "{:?}", map.skipped);
    let set = policies(&map).unwrap();
    let yaml = documents(set.all()).unwrap();
    let back: Vec<NetworkPolicy> = serde_saphyr::from_multiple(&yaml).unwrap();
    assert_eq!(back.iter().collect::<Vec<_>>(), set.all());
    assert!(!yaml.contains("evil: true"), "{yaml}");
    let found = compared(&map, &yaml);
    assert_eq!((found.cut.len(), found.unused.len(), found.open.len()), (0, 0, 0));
    for one in recommend(&map).unwrap() {
        assert!(!one.recommendation.chars().any(char::is_control), "{:?}", one.recommendation);
    }
    let drawing = svg(&map).unwrap();
    assert!(!drawing.contains('\u{202e}') && !drawing.contains("evil: true\n"));
}

#[test]
fn nothing_applied_cuts_nothing_and_leaves_all_open() {
    let found = compared(&shop(), "");
    assert!(found.cut.is_empty() && found.unused.is_empty());
    assert_eq!(found.open.len(), 3);
    assert!(found.open.iter().all(|open| open.directions.len() == 2));
}

#[test]
fn a_selected_pod_is_closed_for_the_directions_that_are_named() {
    let map = shop();
    let all = "podSelector: {}";
    // Without `policyTypes`: ingress always, egress only with rules for it.
    assert_eq!(cut(&map, &policy("p", &format!("{{{all}}}"))), [WEB_API]);
    let rule = format!("{{{all}, egress: [{{ports: [{{port: 9}}]}}]}}");
    assert_eq!(cut(&map, &policy("p", &rule)), [API_DB, API_OUT, WEB_API]);
    assert_eq!(cut(&map, &policy("p", &format!("{{{all}, egress: []}}"))), [WEB_API]);
    let egress = format!("{{{all}, policyTypes: [Egress]}}");
    assert_eq!(cut(&map, &policy("p", &egress)), [API_DB, API_OUT, WEB_API]);
    // It holds in its own namespace only, here `shop`.
    let found = compared(&map, &policy("p", &egress));
    assert!(found.cut.iter().all(|cut| cut.blocked_by.len() == 1));
    let open: Vec<String> = found.open.iter().map(|open| open.service.to_string()).collect();
    assert_eq!(open, ["data/db", "shop/api", "shop/web"]);
}

#[test]
fn policies_add_up_and_peers_and_ports_belong_together() {
    let map = shop();
    let deny = policy("deny", "{podSelector: {}, policyTypes: [Ingress]}");
    let with = |rule: &str| {
        cut(
            &map,
            &format!(
                "{deny}{}",
                policy(
                    "p",
                    &format!("{{podSelector: {{matchLabels: {{app: api}}}}, ingress: [{rule}]}}")
                )
            ),
        )
    };
    let passes: [&str; 9] = [
        "{}",
        "{from: [], ports: []}",
        "{from: [{podSelector: {}}]}",
        "{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}",
        "{ports: [{port: 8000, endPort: 8100, protocol: TCP}]}",
        "{from: [{namespaceSelector: {}}]}",
        "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, podSelector: {matchExpressions: [{key: tier, operator: In, values: [front]}]}}]}",
        "{from: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [back]}, {key: zone, operator: DoesNotExist}]}}]}",
        "{from: [{podSelector: {matchLabels: {app: nobody}}}, {podSelector: {matchLabels: {app: web}}}], ports: [{port: 9}, {protocol: TCP}]}",
    ];
    for rule in passes {
        assert_eq!(with(rule), Vec::<String>::new(), "{rule}");
    }
    let blocks: [&str; 7] = [
        "{ports: [{port: 8080, protocol: UDP}]}",
        "{ports: [{port: 8081}]}",
        "{ports: [{port: 8081, endPort: 8100}]}",
        "{from: [{podSelector: {matchLabels: {app: db}}}]}",
        "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}]}",
        "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}, podSelector: {matchLabels: {app: web}}}]}",
        "{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}",
    ];
    for rule in blocks {
        assert_eq!(with(rule), [WEB_API], "{rule}");
    }
    // Names of ports and labels of namespaces that nobody told: perhaps, and that is told as a cut.
    assert_eq!(with("{ports: [{port: http}]}"), [format!("{WEB_API}?")]);
    let namespaces = "{from: [{namespaceSelector: {matchLabels: {team: a}}}]}";
    assert_eq!(with(namespaces), [format!("{WEB_API}?")]);
    let told = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n";
    let rule = policy("p", &format!("{{podSelector: {{}}, ingress: [{namespaces}]}}"));
    assert_eq!(cut(&map, &format!("{told}{rule}")), Vec::<String>::new());
}

#[test]
fn blocks_of_addresses_hold_for_addresses() {
    let map = shop();
    let with = |block: &str| {
        cut(
            &map,
            &policy(
                "p",
                &format!(
                    "{{podSelector: {{matchLabels: {{app: api}}}}, policyTypes: [Egress], egress: [{{to: [{{ipBlock: {block}}}]}}]}}"
                ),
            ),
        )
    };
    // `db` is a pod with a known address; whether a block holds for pods is the plugin's choice.
    let perhaps = format!("{API_DB}?");
    assert_eq!(with("{cidr: 0.0.0.0/0}"), [perhaps.as_str()]);
    assert_eq!(with("{cidr: 203.0.113.0/24}"), [API_DB]);
    assert_eq!(with("{cidr: 0.0.0.0/0, except: [203.0.113.0/24]}"), [perhaps.as_str(), API_OUT]);
    assert_eq!(with("{cidr: '::/0'}"), [API_DB, API_OUT]);
}

#[test]
fn what_is_allowed_and_not_used_is_told_with_how_much() {
    let map = shop();
    let rules = "{podSelector: {matchLabels: {app: api}}, ingress: [\
        {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}, {port: 9090}]}, \
        {from: [{podSelector: {}}], ports: [{port: 8080}]}]}";
    let lone = policy("lone", "{podSelector: {matchLabels: {app: gone}}, ingress: [{}]}");
    let found = compared(&map, &format!("{}{lone}", policy("p", rules))).unused;
    let told: Vec<_> = found
        .iter()
        .map(|u| (u.policy.as_str(), u.peer.as_str(), u.ports.as_str(), json!(u.why)))
        .collect();
    assert_eq!(
        told,
        [
            ("shop/lone", "anybody", "any port", json!("selects_nothing")),
            ("shop/p", "pods with any labels", "TCP 8080", json!("wider_than_seen")),
            ("shop/p", "pods with app=web", "TCP 9090", json!("never_seen")),
        ]
    );
    assert_eq!(found[1].seen, ["shop/web at TCP 8080"]);
}

#[test]
fn lists_of_kubectl_are_read_and_other_kinds_passed_over() {
    let policy = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a", "namespace": "shop", "resourceVersion": "7"}, "spec": {"podSelector": {}}});
    let mut bare = policy.clone();
    bare.as_object_mut().unwrap().remove("kind");
    for list in [
        json!({"apiVersion": "v1", "kind": "List", "items": [policy, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}]}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": [bare, {"apiVersion": "v1", "kind": "Service"}]}),
    ] {
        let applied = Applied::parse(&list.to_string(), "default").unwrap();
        assert_eq!((applied.count(), applied.others), (1, 1));
    }
}

#[test]
fn policies_that_kubernetes_would_not_take_are_refused() {
    for (spec, word) in [
        ("{podSelector: {}, ingress: [{form: []}]}", "spec.ingress.form"),
        ("{podSelector: {}, policyTypes: [Both]}", "policy type"),
        ("{podSelector: {}, ingress: [{ports: [{port: 0}]}]}", "no port"),
        ("{podSelector: {}, ingress: [{ports: [{port: 70000}]}]}", "no port"),
        ("{podSelector: {}, ingress: [{ports: [{port: 90, endPort: 80}]}]}", "endPort"),
        ("{podSelector: {}, ingress: [{ports: [{port: 90, protocol: ICMP}]}]}", "ICMP"),
        ("{podSelector: {}, ingress: [{from: [{}]}]}", "empty"),
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]}", "CIDR"),
        (
            "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}",
            "beside",
        ),
        ("{podSelector: {matchExpressions: [{key: a, operator: Near}]}}", "operator"),
        ("{podSelector: {matchExpressions: [{key: a, operator: In}]}}", "values"),
        ("{podSelector: 7}", "policy `p`"),
        ("null", "spec"),
    ] {
        let fault = Applied::parse(&policy("p", spec), "shop").unwrap_err();
        assert_eq!(fault.code(), "applied_invalid");
        assert!(fault.to_string().contains(word), "{spec}: {fault}");
    }
    for text in ["kind: [", "hello", "- 1", "apiVersion: v1", "a: 1\na: 2", "kind: List"] {
        assert!(Applied::parse(text, "shop").is_err(), "{text}");
    }
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
    assert!(Applied::parse(bomb, "shop").is_err());
}

#[test]
fn a_drawing_is_the_same_each_time_and_holds_everybody() {
    let map = shop();
    let drawing = svg(&map).unwrap();
    assert_eq!(drawing, svg(&map).unwrap());
    for word in ["web", "api", "db", "203.0.113.9", "TCP 8080", "TCP 5432", "prefers-color-scheme"]
    {
        assert!(drawing.contains(word), "{word}");
    }
    assert!(!drawing.contains("<script") && !drawing.contains("href"));
    let names: Vec<_> = (0..201).map(|n| json!({"name": format!("s{n}")})).collect();
    let fault = svg(&map_of(&json!({ "services": names }))).unwrap_err();
    assert!(fault.to_string().contains("more than 200 services"), "{fault}");
    assert!(svg(&ServiceMap::default()).unwrap().contains("<svg"));
}

mod whatever_was_seen {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn its_policies_let_it_through_and_hold_everybody(
            links in proptest::collection::vec((0_usize..6, 0_usize..6, 1_u16..=65535, 0_usize..3), 1..25),
            names in proptest::collection::vec("[a-zA-Z0-9:./ é-]{1,12}", 6),
        ) {
            let links: Vec<_> = links.iter().map(|(from, to, port, protocol)| json!({
                "source": format!("ns{}/{from}{}", from % 2, names[*from].trim_end()),
                "target": format!("ns{}/{to}{}", to % 2, names[*to].trim_end()),
                "port": port,
                "protocol": (["TCP", "UDP", "SCTP"][*protocol]),
            })).collect();
            let map = map_of(&json!({ "connections": links }));
            prop_assert_eq!(map.skipped.count, 0);
            let yaml = documents(policies(&map).unwrap().all()).unwrap();
            let found = compared(&map, &yaml);
            prop_assert_eq!(found.cut, vec![]);
            prop_assert_eq!(found.open, vec![]);
            prop_assert_eq!(found.unused, vec![]);
            // Without any one of the service policies, something is cut.
            let set = policies(&map).unwrap();
            for gone in set.services.keys() {
                let rest = set.services.iter().filter(|(id, _)| *id != gone).map(|(_, p)| p);
                let yaml = documents(rest.chain(set.default_deny.values())).unwrap();
                prop_assert!(!compared(&map, &yaml).cut.is_empty());
            }
            prop_assert!(svg(&map).is_ok());
        }
    }
}
