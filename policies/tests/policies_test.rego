# Tests of the six templates: `countersign policy test --templates`, or `opa test policies`.
#
# Inputs are written in the nested shape that clients send; `flat`, at the end, is what the host makes of it.
package countersign_test

import data.countersign

budget_low := {"action": "llm_call", "estimated_cost_usd": 0.5, "budget": {"remaining_usd": 0.1}}

# default -------------------------------------------------------------
test_default_allows_anything if {
	countersign["default"].allow with input as flat({"action": "any_action", "resource": {"resource": "test"}})
}

test_default_no_reasons if {
	count(countersign["default"].deny_reasons) == 0 with input as flat({"action": "file_delete"})
}

test_default_warns_delete_but_allows if {
	d := countersign["default"].decision with input as flat({"action": "file_delete", "resource": {"path": "/x"}})
	d.allow
	d.warnings == {"Warning: File deletion operation (allowed by default)"}
}

test_default_warns_http if {
	d := countersign["default"].decision with input as flat({"action": "external_api_call", "resource": {"url": "http://x.test"}})
	d.allow
	d.warnings == {"Warning: Non-HTTPS API call detected (allowed by default)"}
}

test_default_https_quiet if {
	d := countersign["default"].decision with input as flat({"action": "external_api_call", "resource": {"url": "HTTPS://x.test"}})
	count(d.warnings) == 0
}

test_default_warns_cost if {
	d := countersign["default"].decision with input as flat({"action": "llm_call", "estimated_cost_usd": 2.5})
	d.allow
	d.warnings == {"Warning: High cost operation ($2.50) - allowed by default"}
}

test_default_writes_cents if {
	every cost, text in {"1.001": "1.00", "1.005": "1.01", "1.1": "1.10", "2.675": "2.68", "3": "3.00", "1000000": "1000000.00"} {
		d := countersign["default"].decision with input as flat({"action": "llm_call", "estimated_cost_usd": to_number(cost)})
		d.warnings == {concat("", ["Warning: High cost operation ($", text, ") - allowed by default"])}
	}
}

test_default_one_dollar_quiet if {
	d := countersign["default"].decision with input as flat({"action": "llm_call", "estimated_cost_usd": 1})
	count(d.warnings) == 0
}

test_default_says_when_blind if {
	a := countersign["default"].decision with input as flat({"action": "external_api_call"})
	a.allow
	a.warnings == {"default: no resource.url in the input, address not looked at"}
	b := countersign["default"].decision with input as flat({"action": "llm_call", "estimated_cost_usd": "much"})
	b.allow
	b.warnings == {"default: no estimated cost in the input, cost not looked at"}
}

# cost_control --------------------------------------------------------
test_cost_denies_over_budget if {
	d := countersign.cost_control.decision with input as flat(budget_low)
	not d.allow
	d.deny_reasons == {"budget_exceeded"}
}

test_cost_allows_within_budget if {
	d := countersign.cost_control.decision with input as flat({"action": "llm_call", "estimated_cost_usd": 0.1, "budget": {"remaining_usd": 1.0}})
	d.allow
	count(d.deny_reasons) == 0
	count(d.warnings) == 0
}

test_cost_what_is_left_may_be_spent if {
	countersign.cost_control.allow with input as flat({"action": "llm_call", "estimated_cost_usd": 0.5, "budget": {"remaining_usd": 0.5}})
}

test_cost_client_shape if {
	d := countersign.cost_control.decision with input as flat({"action": "llm_call", "resource": {"model": "gpt-4"}, "context": {"estimated_cost": 0.5, "budget": {"remaining_usd": 0.1}}, "budget": {"remaining_usd": 0.1}, "agent": null, "user": null})
	d.deny_reasons == {"budget_exceeded"}
}

test_cost_denies_expensive_low if {
	d := countersign.cost_control.decision with input as flat({"action": "llm_call", "model": "claude-opus-4", "task_priority": "low", "estimated_cost_usd": 0, "budget": {"remaining_usd": 5}})
	not d.allow
	d.deny_reasons == {"expensive_model_for_low_priority"}
}

test_cost_a_release_is_the_model if {
	every model in ["gpt-4", "GPT-4", "gpt-4-0613", "openai/gpt-4", "claude-opus-4-20250514"] {
		d := countersign.cost_control.decision with input as flat({"action": "llm_call", "model": model, "task_priority": "Low"})
		d.deny_reasons == {"expensive_model_for_low_priority"}
	}
	every model in ["gpt-4o-mini", "gpt-3.5-turbo", "my-gpt-4", "gpt-4/other"] {
		countersign.cost_control.allow with input as flat({"action": "llm_call", "model": model, "task_priority": "low"})
	}
}

test_cost_expensive_high_allowed if {
	countersign.cost_control.allow with input as flat({"action": "llm_call", "model": "gpt-4", "task_priority": "high"})
}

test_cost_config if {
	d := countersign.cost_control.decision with input as flat({"action": "llm_call", "model": "o9", "task_priority": "idle"}) with data.config.cost_control as {"expensive_models": ["o9"], "low_priorities": ["idle"]}
	d.deny_reasons == {"expensive_model_for_low_priority"}
	countersign.cost_control.allow with input as flat({"action": "llm_call", "model": "gpt-4", "task_priority": "low"}) with data.config.cost_control as {"expensive_models": ["o9"]}
}

test_cost_config_of_another_kind_is_the_default if {
	d := countersign.cost_control.decision with input as flat({"action": "llm_call", "model": "gpt-4", "task_priority": "low"}) with data.config.cost_control as {"expensive_models": "o9", "low_priorities": 1}
	d.deny_reasons == {"expensive_model_for_low_priority"}
}

test_cost_both_reasons if {
	d := countersign.cost_control.decision with input as flat(object.union(budget_low, {"model": "gpt-4", "task_priority": "low"}))
	d.deny_reasons == {"budget_exceeded", "expensive_model_for_low_priority"}
}

test_cost_no_number_is_not_let_through if {
	a := countersign.cost_control.decision with input as flat({"action": "llm_call", "estimated_cost_usd": "0.01", "budget": {"remaining_usd": 5}})
	a.deny_reasons == {"amount_unreadable"}
	b := countersign.cost_control.decision with input as flat({"action": "llm_call", "estimated_cost_usd": 0.01, "budget": {"remaining_usd": [5]}})
	b.deny_reasons == {"amount_unreadable"}
}

test_cost_other_action_untouched if {
	countersign.cost_control.allow with input as flat(object.union(budget_low, {"action": "file_read"}))
}

test_cost_says_when_blind if {
	a := countersign.cost_control.decision with input as flat({"action": "llm_call"})
	a.allow
	count(a.warnings) == 2
	b := countersign.cost_control.decision with input as flat({"action": "llm_call", "task_priority": "low", "estimated_cost_usd": 0, "budget": {"remaining_usd": 0}})
	b.allow
	b.warnings == {"cost_control: no model in the input of a task of low priority, model not checked"}
}

# data_privacy --------------------------------------------------------
secret_paths := [
	".env",
	"/app/.env",
	"/app/.ENV",
	"/app/.env.local",
	"/app/prod.env",
	"/app/.envrc",
	"/app/.env/.",
	"C:\\app\\.env",
	"C:\\app\\.env::$DATA",
	"/home/u/.aws/credentials",
	"/home/u/.aws/config",
	"/home/u/.git-credentials",
	"/run/secrets/db",
	"/app/client_secret.json",
	"/etc/tls/server.pem",
	"/etc/tls/ID.PEM",
	"/etc/tls/server.key",
	"/etc/tls/server.key.bak",
	"/etc/tls/store.p12",
	"/home/u/.ssh/id_rsa",
	"/home/u/.ssh/id_ed25519",
	"/home/u/.ssh/id_ed25519_sk",
	"/home/u/.ssh/id_rsa.old",
	"/home/u/.netrc",
	"/home/u/.npmrc",
	"/home/u/.docker/config.json",
]

plain_paths := [
	"/data/readme.md",
	"/docs/.environment.md",
	"/docs/environment",
	"/app/env/bin/python",
	"/office/secretary.md",
	"/home/u/.ssh/id_rsa.pub",
	"/app/keyboard.json",
	"/app/monkey.rs",
	"/app/config.json",
	"",
]

test_privacy_denies_reading if {
	every path in secret_paths {
		d := countersign.data_privacy.decision with input as flat({"action": "file_read", "resource": {"path": path}})
		not d.allow
		d.deny_reasons == {"sensitive_file_access"}
		count(d.ask_reasons) == 0
	}
}

test_privacy_asks_before_a_change if {
	every path in secret_paths {
		every action in ["file_write", "file_delete"] {
			d := countersign.data_privacy.decision with input as flat({"action": action, "resource": {"path": path}})
			d.allow
			d.ask_reasons == {"sensitive_file_change"}
		}
	}
}

test_privacy_allows_plain if {
	every path in plain_paths {
		every action in ["file_read", "file_write", "file_delete"] {
			d := countersign.data_privacy.decision with input as flat({"action": action, "resource": {"path": path}})
			d.allow
			count(d.ask_reasons) == 0
			count(d.warnings) == 0
		}
	}
}

test_privacy_names if {
	d := countersign.data_privacy.decision with input as flat({"action": "file_read", "resource": {"path": "/hr/Payroll.xlsx"}}) with data.config.data_privacy.names as ["payroll.XLSX"]
	not d.allow
	countersign.data_privacy.allow with input as flat({"action": "file_read", "resource": {"path": "/hr/old-payroll.xlsx"}}) with data.config.data_privacy.names as ["payroll.xlsx"]
}

test_privacy_a_long_path_is_no_way_out if {
	every dots in [400, 3000] {
		long := concat("", [concat("", ["/." | some _ in numbers.range(1, dots)]), "/.env"])
		not countersign.data_privacy.allow with input as flat({"action": "file_read", "resource": {"path": long}})
	}
}

test_privacy_no_text_is_not_let_through if {
	not countersign.data_privacy.allow with input as flat({"action": "file_read", "resource": {"path": ["/app/.env"]}})
}

test_privacy_other_action_untouched if {
	d := countersign.data_privacy.decision with input as flat({"action": "exec", "resource": {"path": "/app/.env"}})
	d.allow
	count(d.ask_reasons) == 0
}

test_privacy_says_when_blind if {
	every action in ["file_read", "file_write", "file_delete"] {
		d := countersign.data_privacy.decision with input as flat({"action": action, "resource": {}})
		d.allow
		d.warnings == {"data_privacy: no resource.path in the input, path not checked"}
	}
}

# rate_limiting -------------------------------------------------------
test_rate_denies_101 if {
	d := countersign.rate_limiting.decision with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": numbers.range(1, 101)}, "timewindow_seconds": 60})
	not d.allow
	d.deny_reasons == {"rate_limit_exceeded"}
}

test_rate_allows_100 if {
	d := countersign.rate_limiting.decision with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": numbers.range(1, 100)}})
	d.allow
	count(d.warnings) == 0
}

test_rate_takes_count if {
	not countersign.rate_limiting.allow with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": 101}})
	countersign.rate_limiting.allow with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": 100}})
}

test_rate_of_another_agent if {
	d := countersign.rate_limiting.decision with input as flat({"action": "llm_call", "agent": "b", "recent_calls": {"a": 101, "b": 0}})
	d.allow
	count(d.warnings) == 0
}

test_rate_config if {
	d := countersign.rate_limiting.decision with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": 6}}) with data.config.rate_limiting.max_calls as 5
	not d.allow
	e := countersign.rate_limiting.decision with input as flat({"action": "exec", "agent": "a", "recent_calls": {"a": 101}}) with data.config.rate_limiting.actions as ["exec"]
	not e.allow
}

test_rate_what_was_not_counted_is_not_let_through if {
	d := countersign.rate_limiting.decision with input as flat({"action": "llm_call", "agent": "a", "recent_calls": {"a": "few"}})
	d.deny_reasons == {"count_unreadable"}
}

test_rate_other_action_untouched if {
	countersign.rate_limiting.allow with input as flat({"action": "file_read", "agent": "a", "recent_calls": {"a": 101}})
}

test_rate_says_when_blind if {
	every given in [{"action": "llm_call"}, {"action": "llm_call", "agent": "a"}, {"action": "llm_call", "agent": "a", "recent_calls": {"b": 1}}] {
		d := countersign.rate_limiting.decision with input as flat(given)
		d.allow
		d.warnings == {"rate_limiting: no recent_calls of this agent in the input, rate not checked"}
	}
}

# time_restrictions ---------------------------------------------------
test_time_weekday_noon_allowed if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call", "timestamp": "2026-01-14T12:00:00Z"})
	d.allow
	count(d.warnings) == 0
}

test_time_night_denied if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call", "timestamp": "2026-01-14T03:00:00Z"})
	not d.allow
	d.deny_reasons == {"outside_business_hours"}
}

test_time_end_is_exclusive if {
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T09:00:00Z"})
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T16:59:59Z"})
	not countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T17:00:00Z"})
}

test_time_saturday_denied if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call", "timestamp": "2026-01-17T12:00:00Z"})
	d.deny_reasons == {"outside_business_days"}
}

test_time_naive_python_timestamp if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call", "timestamp": "2026-01-14T03:00:00.123456"})
	d.deny_reasons == {"outside_business_hours"}
}

test_time_zone if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call", "timestamp": "2026-01-14T12:00:00Z"}) with data.config.time_restrictions.tz as "Asia/Tokyo"
	d.deny_reasons == {"outside_business_hours"}
}

test_time_over_midnight if {
	night := {"start_hour": 22, "end_hour": 6}
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T23:00:00Z"}) with data.config.time_restrictions as night
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T05:59:00Z"}) with data.config.time_restrictions as night
	not countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T12:00:00Z"}) with data.config.time_restrictions as night
}

test_time_days_and_actions if {
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-17T12:00:00Z"}) with data.config.time_restrictions.days as ["Saturday"]
	countersign.time_restrictions.allow with input as flat({"action": "llm_call", "timestamp": "2026-01-14T03:00:00Z"}) with data.config.time_restrictions.actions as ["exec"]
}

test_time_what_cannot_be_read_is_outside if {
	d := countersign.time_restrictions.decision with input as {"action": "llm_call", "now_ns": "noon"}
	d.deny_reasons == {"outside_business_hours", "outside_business_days"}
}

test_time_read_untouched if {
	countersign.time_restrictions.allow with input as flat({"action": "file_read", "timestamp": "2026-01-14T03:00:00Z"})
}

test_time_says_when_blind if {
	d := countersign.time_restrictions.decision with input as flat({"action": "llm_call"})
	d.allow
	d.warnings == {"time_restrictions: no clock in the input, hours not checked"}
}

# compliance ----------------------------------------------------------
transfer(url) := {"action": "external_api_call", "resource": {"url": url}, "context": {"data_classification": "phi"}}

test_compliance_blocks_transfer if {
	d := countersign.compliance.decision with input as flat({"action": "external_api_call", "resource": {"url": "https://evil.test/x"}, "context": {"data_classification": "PHI"}})
	not d.allow
	d.deny_reasons == {"unapproved_data_transfer"}
}

test_compliance_approved_host if {
	every url in ["https://api.ok.test", "https://API.ok.test:443/x", "HTTPS://api.ok.test/a?b=c@d", "https://api.ok.test#x"] {
		countersign.compliance.allow with input as flat(transfer(url)) with data.config.compliance.approved_hosts as ["API.ok.test"]
	}
}

test_compliance_tricks_with_addresses if {
	every url in [
		"https://api.ok.test@evil.test/",
		"https://evil.test?@api.ok.test/",
		"https://evil.test#@api.ok.test/",
		"https://evil.test\\@api.ok.test/",
		"https://u@api.ok.test/",
		"https://api.ok.test\\.evil.test/",
		"https://api.ok.test.evil.test/",
		"https://api.ok.test:443.evil.test/",
		"https://api.ok.test\n.evil.test/",
		" https://api.ok.test/",
		"http://api.ok.test/",
		"//api.ok.test/",
		"api.ok.test",
		"",
	] {
		not countersign.compliance.allow with input as flat(transfer(url)) with data.config.compliance.approved_hosts as ["api.ok.test"]
	}
}

test_compliance_no_url_denied if {
	not countersign.compliance.allow with input as flat({"action": "external_api_call", "resource": {}, "context": {"data_classification": "phi"}})
}

test_compliance_change_asks if {
	every action in ["file_delete", "file_write"] {
		d := countersign.compliance.decision with input as flat({"action": action, "agent": "a", "context": {"data_classification": "pii"}})
		d.allow
		d.ask_reasons == {"approval_required"}
	}
}

test_compliance_self_approval_still_asks if {
	every approval in [{"id": "1", "approver": "a"}, {"id": "", "approver": "b"}, {"id": "1", "approver": ""}, {"id": "1"}, {"approver": "b"}, "yes", 1] {
		d := countersign.compliance.decision with input as flat({"action": "file_delete", "agent": "a", "context": {"data_classification": "pii", "approval": approval}})
		d.ask_reasons == {"approval_required"}
	}
}

test_compliance_nobody_approves_for_nobody if {
	d := countersign.compliance.decision with input as flat({"action": "file_delete", "context": {"data_classification": "pii", "approval": {"id": "1", "approver": "b"}}})
	d.ask_reasons == {"approval_required"}
}

test_compliance_approved if {
	d := countersign.compliance.decision with input as flat({"action": "file_delete", "agent": "a", "context": {"data_classification": "pii", "approval": {"id": "1", "approver": "b"}}})
	d.allow
	count(d.ask_reasons) == 0
}

test_compliance_residency if {
	d := countersign.compliance.decision with input as flat({"action": "llm_call", "resource": {"region": "us"}, "context": {"data_classification": "pii"}}) with data.config.compliance.allowed_regions as ["eu"]
	d.deny_reasons == {"data_residency"}
	e := countersign.compliance.decision with input as flat({"action": "llm_call", "context": {"data_classification": "pii"}}) with data.config.compliance.allowed_regions as ["eu"]
	e.deny_reasons == {"data_residency"}
	countersign.compliance.allow with input as flat({"action": "llm_call", "resource": {"region": "eu"}, "context": {"data_classification": "pii"}}) with data.config.compliance.allowed_regions as ["eu"]
}

test_compliance_classes if {
	countersign.compliance.allow with input as flat({"action": "external_api_call", "context": {"data_classification": "public"}})
	not countersign.compliance.allow with input as flat({"action": "external_api_call", "context": {"data_classification": " Pci "}})
	not countersign.compliance.allow with input as flat({"action": "external_api_call", "context": {"data_classification": ["phi"]}})
	not countersign.compliance.allow with input as flat({"action": "external_api_call", "context": {"data_classification": "Secret"}}) with data.config.compliance.classes as ["secret"]
}

test_compliance_unclassified_untouched_and_said if {
	d := countersign.compliance.decision with input as flat({"action": "file_delete", "resource": {"path": "/x"}})
	d.allow
	count(d.ask_reasons) == 0
	d.warnings == {"compliance: no data_classification in the input, rules on regulated data not checked"}
}

# What the host does before a module sees an input, as an executable specification. ------------------
lifts := {
	"estimated_cost_usd": [["estimated_cost_usd"], ["context", "estimated_cost_usd"], ["context", "estimated_cost"], ["resource", "estimated_cost"]],
	"budget_remaining_usd": [["budget_remaining_usd"], ["budget", "remaining_usd"], ["context", "budget", "remaining_usd"]],
	"model": [["model"], ["resource", "model"], ["context", "model"]],
	"task_priority": [["task_priority"], ["context", "task_priority"]],
	"agent": [["agent"], ["context", "agent"]],
	"recent_calls": [["recent_calls"], ["context", "recent_calls"]],
	"data_classification": [["data_classification"], ["context", "data_classification"], ["resource", "data_classification"]],
	"approval": [["approval"], ["context", "approval"]],
}

# The first place that holds a value wins; null counts as absent.
lifted(given) := {name: found[0] |
	some name, places in lifts
	found := [value |
		some place in places
		value := object.get(given, place, null)
		value != null
	]
	count(found) > 0
}

clock(given) := {"now_ns": given.now_ns} if given.now_ns

clock(given) := {"now_ns": time.parse_rfc3339_ns(zoned(given.timestamp))} if not given.now_ns

zoned(stamp) := stamp if regex.match(`(Z|[+-]\d\d:\d\d)$`, stamp)

zoned(stamp) := concat("", [stamp, "Z"]) if not regex.match(`(Z|[+-]\d\d:\d\d)$`, stamp)

kept(given) := {name: bare(value) |
	some name, value in given
	not name in {"context", "budget", "timestamp"}
	value != null
}

# At any depth; this says it of one.
bare(value) := {name: member | some name, member in value; member != null} if is_object(value)

bare(value) := value if not is_object(value)

flat(given) := object.union_n([kept(given), lifted(given), clock(given)]) if has_clock(given)

flat(given) := object.union(kept(given), lifted(given)) if not has_clock(given)

has_clock(given) if given.now_ns

has_clock(given) if given.timestamp
