//! Inputs for modules: drawn from pools that hold every kind of value, the boundaries and what does not belong there.

use serde_json::{Map, Value, json};

/// Numbers that look random and are the same every time.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    /// One of the pool; `None`, the member is left out, once in so many.
    fn one(&mut self, pool: &[Value], none: usize) -> Option<Value> {
        let at = self.below(pool.len() + pool.len().div_ceil(none));
        pool.get(at).cloned()
    }
}

fn pool(values: Value) -> Vec<Value> {
    serde_json::from_value(values).expect("a list")
}

fn amounts() -> Vec<Value> {
    pool(json!([
        0, 0.1, 0.5, 0.50, 0.5000001, 1, 1.0, 1.000001, 1.005, 2, 2.5, 2.675, 1e9, -1, -0.5, "0.5", "", null, true, false,
        [], [1], {}, {"remaining_usd": 1}
    ]))
}

fn models() -> Vec<Value> {
    pool(json!([
        "gpt-4", "GPT-4", "gpt-4-0613", "openai/gpt-4", "gpt-4o", "claude-opus-4", "Claude-Opus-4-1", "claude-opus", "", "/",
        "gpt-4/", "a/b/gpt-4", "x9", "\u{212a}", 4, null, ["gpt-4"], true, {"name": "gpt-4"}
    ]))
}

fn paths() -> Vec<Value> {
    let mut found = pool(json!([
        "/app/.env",
        ".env",
        "/app/.ENV.local",
        "/app/prod.env",
        "/app/.envrc",
        "/docs/.environment.md",
        "/app/env/x",
        "/home/u/.aws/credentials",
        "/run/secrets/db",
        "C:\\app\\.env",
        "C:\\app\\.env::$DATA",
        "/x/ID.PEM",
        "/x/server.key",
        "/x/monkey",
        "/x/keyboard.json",
        "/x/id_rsa",
        "/x/id_rsa.pub",
        "/x/id_ed25519_sk",
        "/x/id_rsa.old",
        "/secretary.md",
        "/client_secret.json",
        "/.netrc",
        "/a/.docker/config.json",
        "/hr/Payroll.xlsx",
        "/hr/old-payroll.xlsx",
        "",
        "/",
        ".",
        "\u{130}d_rsa",
        "/.\u{212a}ey",
        "/x.\u{17f}ecrets",
        "/a\nb/.env",
        "/a\u{0}.env",
        7,
        null,
        ["/app/.env"],
        {},
        true,
        false
    ]));
    for dots in [300, 499, 500, 2000] {
        found.push(json!(format!("{}/.env", "/.".repeat(dots))));
        found.push(json!(format!("/{}", "é".repeat(dots))));
    }
    found
}

fn urls() -> Vec<Value> {
    pool(json!([
        "https://api.ok.test", "https://API.ok.test:443/x", "HTTPS://api.ok.test?x", "https://api.ok.test#x",
        "https://api.ok.test@evil.test/", "https://evil.test?@api.ok.test/", "https://evil.test#@api.ok.test",
        "https://evil.test\\@api.ok.test", "https://api.ok.test\\.evil.test", "https://api.ok.test.evil.test",
        "https://api.ok.test.", "http://api.ok.test", "ftp://api.ok.test", "//api.ok.test", "https://", "https://[::1]/",
        "https://api.ok.test\n", "\nhttps://api.ok.test", "https://\u{212a}.test", "", 5, null, [], {"host": "api.ok.test"},
        true, false
    ]))
}

fn resource(dice: &mut Dice) -> Value {
    match dice.below(12) {
        0 => json!("text"),
        1 => Value::Null,
        2 => json!([]),
        _ => {
            let regions = pool(json!(["eu", "us", "EU", "", 1, null, ["eu"], true]));
            let members = [
                ("path", dice.one(&paths(), 8)),
                ("url", dice.one(&urls(), 8)),
                ("region", dice.one(&regions, 3)),
            ];
            object(members)
        }
    }
}

fn object<'a>(members: impl IntoIterator<Item = (&'a str, Option<Value>)>) -> Value {
    let found = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(found.collect::<Map<_, _>>())
}

/// Flat inputs, many of them with the actions that the template looks at.
pub(crate) fn inputs(name: &str, dice: &mut Dice, count: usize) -> Vec<Value> {
    let own = match name {
        "data_privacy" => json!(["file_read", "file_write", "file_delete"]),
        "compliance" => json!(["external_api_call", "file_write", "file_delete", "llm_call"]),
        "default" => json!(["external_api_call", "file_delete", "llm_call"]),
        _ => json!(["llm_call", "exec"]),
    };
    let all = json!([
        "file_read",
        "file_write",
        "external_api_call",
        "llm_call",
        "exec",
        "other",
        "",
        1,
        null
    ]);
    (0..count)
        .map(|_| {
            let actions = pool(if dice.below(5) == 0 { all.clone() } else { own.clone() });
            let resource = resource(dice);
            object([
                ("action", dice.one(&actions, 20)),
                ("resource", Some(resource).filter(|_| dice.below(8) > 0)),
                ("estimated_cost_usd", dice.one(&amounts(), 6)),
                ("budget_remaining_usd", dice.one(&amounts(), 6)),
                ("model", dice.one(&models(), 6)),
                (
                    "task_priority",
                    dice.one(&pool(json!(["low", "LOW", "idle", "high", "", 1, null, ["low"]])), 4),
                ),
                ("agent", dice.one(&pool(json!(["a", "a", "b", "", 1, null])), 6)),
                ("recent_calls", dice.one(&counts(), 6)),
                ("now_ns", dice.one(&clocks(), 6)),
                ("data_classification", dice.one(&classes(), 6)),
                ("approval", dice.one(&approvals(), 3)),
            ])
        })
        .collect()
}

fn counts() -> Vec<Value> {
    let long: Vec<usize> = (0..101).collect();
    pool(json!([
        {"a": 0}, {"a": 3}, {"a": 4}, {"a": 100}, {"a": 101}, {"a": 100.5}, {"a": [1, 2]}, {"a": long}, {"a": "x"},
        {"a": null}, {"a": false}, {"a": {}}, {"b": 101}, {"": 101}, {}, [101], "x", null, 7, true
    ]))
}

fn clocks() -> Vec<Value> {
    const HOUR: i64 = 3_600_000_000_000;
    // 2026-01-14, a Wednesday, at midnight.
    const DAY: i64 = 1_768_348_800_000_000_000;
    let mut found = pool(json!(["noon", null, true, false, [], {}, 0, -1]));
    for hour in [0, 5, 6, 8, 9, 12, 16, 17, 22, 23] {
        found.extend([
            json!(DAY + hour * HOUR),
            json!(DAY + hour * HOUR - 1),
            json!(DAY + (hour + 72) * HOUR),
        ]);
    }
    found
}

fn classes() -> Vec<Value> {
    pool(json!([
        "phi",
        "PII",
        " pci ",
        "restricted",
        "public",
        "secret",
        "",
        "phi\u{a0}",
        1,
        null,
        ["phi"],
        true,
        false,
        {}
    ]))
}

fn approvals() -> Vec<Value> {
    pool(json!([
        {"id": "1", "approver": "b"}, {"id": "1", "approver": "a"}, {"id": "", "approver": "b"}, {"id": "1"},
        {"id": 1, "approver": "b"}, {"id": "1", "approver": null}, {"id": "1", "approver": ""}, "yes", true, null, [], {}
    ]))
}

/// What each template may find under `data.config`, wrong kinds among it.
pub(crate) fn configs(name: &str) -> Vec<Value> {
    let own = match name {
        "cost_control" => json!([
            {"expensive_models": ["x9", "K", 4, null], "low_priorities": ["idle", 1]},
            {"expensive_models": "gpt-4", "low_priorities": {}}
        ]),
        "data_privacy" => json!([{"names": ["payroll.XLSX", 7, ""]}, {"names": "payroll.xlsx"}]),
        "rate_limiting" => {
            json!([{"max_calls": 3, "actions": ["exec"]}, {"max_calls": "3", "actions": "exec"}])
        }
        "time_restrictions" => json!([
            {"start_hour": 22, "end_hour": 6, "tz": "Asia/Tokyo", "days": ["Wednesday", "Saturday", 3]},
            {"start_hour": "9", "end_hour": null, "tz": 1, "days": "Monday", "actions": {}}
        ]),
        "compliance" => json!([
            {"approved_hosts": ["API.ok.test", 1], "allowed_regions": ["eu", 1], "classes": ["secret", "PHI", 2]},
            {"approved_hosts": "api.ok.test", "allowed_regions": "eu", "classes": "secret"}
        ]),
        _ => json!([]),
    };
    let mut found = vec![json!({})];
    found.extend(pool(own).into_iter().map(|config| json!({ name: config })));
    found.push(json!({ name: 7 }));
    found
}

/// An input in the shapes that clients send.
pub(crate) fn nested(dice: &mut Dice) -> Value {
    let numbers = pool(json!([0, 0.5, 1, 2.25, "0.5", null, [1]]));
    let texts = pool(json!(["a", "b", "", 1, null, {"x": 1}]));
    let budget = |dice: &mut Dice| match dice.below(4) {
        0 => None,
        1 => Some(json!({})),
        2 => Some(Value::Null),
        _ => Some(object([("remaining_usd", dice.one(&numbers, 4))])),
    };
    let context_budget = budget(dice);
    let context = object([
        ("estimated_cost_usd", dice.one(&numbers, 1)),
        ("estimated_cost", dice.one(&numbers, 1)),
        ("budget", context_budget),
        ("model", dice.one(&texts, 1)),
        ("task_priority", dice.one(&texts, 1)),
        ("agent", dice.one(&texts, 1)),
        ("recent_calls", dice.one(&texts, 1)),
        ("data_classification", dice.one(&texts, 1)),
        ("approval", dice.one(&texts, 1)),
        ("other", dice.one(&texts, 1)),
    ]);
    let resource = object([
        ("estimated_cost", dice.one(&numbers, 1)),
        ("model", dice.one(&pool(json!(["m", ""])), 1)),
        ("data_classification", dice.one(&pool(json!(["phi"])), 1)),
        ("path", Some(json!("/x"))),
    ]);
    let stamps = pool(json!([
        "2026-01-14T12:00:00Z",
        "2026-01-14T12:00:00.5+02:00",
        "2026-01-14T03:00:00.123456",
        "2026-01-14T03:00:00"
    ]));
    let top_budget = budget(dice);
    let contexts = [Some(context), None, Some(Value::Null), Some(json!("text"))];
    let context = contexts[if dice.below(6) == 0 { 1 + dice.below(3) } else { 0 }].clone();
    object([
        ("action", Some(json!("llm_call"))),
        ("resource", Some(resource).filter(|_| dice.below(6) > 0)),
        ("context", context),
        ("budget", top_budget),
        ("timestamp", dice.one(&stamps, 2)),
        ("now_ns", Some(json!(1_768_348_800_000_000_000_i64)).filter(|_| dice.below(3) == 0)),
        ("estimated_cost_usd", dice.one(&numbers, 1)),
        ("budget_remaining_usd", dice.one(&numbers, 1)),
        ("model", dice.one(&texts, 1)),
        ("agent", dice.one(&texts, 1)),
        ("user", dice.one(&texts, 1)),
        ("approval", dice.one(&texts, 1)),
        ("more", dice.one(&texts, 1)),
    ])
}
