//! The modules that the unit tests judge with: one for each kind of policy that the field has.

const DEFAULT: &str = r#"# DEFAULT POLICY: ALLOW ALL. Warns, never blocks.
package countersign.default

default allow := true

# no `default deny_reasons`: a partial set is already defined as the empty set
deny_reasons contains reason if {
	some reason in []
}

warnings contains "Warning: File deletion operation (allowed by default)" if {
	input.action == "file_delete"
}

warnings contains "Warning: Non-HTTPS API call detected (allowed by default)" if {
	input.action == "external_api_call"
	not startswith(input.resource.url, "https://")
	input.resource.url
}

warnings contains msg if {
	input.action == "llm_call"
	input.estimated_cost_usd > 1.0
	msg := sprintf("Warning: High cost operation ($%.2f) - allowed by default", [input.estimated_cost_usd])
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const COST_CONTROL: &str = r#"# OPT-IN POLICY: Cost Control
package countersign.cost_control

default allow := true

allow := false if count(deny_reasons) > 0

deny_reasons contains "budget_exceeded" if {
	input.action == "llm_call"
	input.budget_remaining_usd < input.estimated_cost_usd
}

deny_reasons contains "expensive_model_for_low_priority" if {
	input.action == "llm_call"
	input.model in {"gpt-4", "claude-opus-4"}
	input.task_priority == "low"
}

# what the policy could not check is said, never silently allowed
warnings contains "cost_control: no estimated cost in the input, budget not checked" if {
	input.action == "llm_call"
	not input.estimated_cost_usd
}

warnings contains "cost_control: no remaining budget in the input, budget not checked" if {
	input.action == "llm_call"
	not input.budget_remaining_usd
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const DATA_PRIVACY: &str = r#"# OPT-IN POLICY: Data Privacy
package countersign.data_privacy

default allow := true

allow := false if count(deny_reasons) > 0

deny_reasons contains "sensitive_file_access" if {
	input.action == "file_read"
	sensitive_file(input.resource.path)
}

sensitive_file(path) if contains(path, ".env")

sensitive_file(path) if contains(path, "credentials")

sensitive_file(path) if contains(path, "secrets")

sensitive_file(path) if endswith(path, ".pem")

sensitive_file(path) if endswith(path, ".key")

warnings contains "data_privacy: no resource.path in the input, path not checked" if {
	input.action == "file_read"
	not input.resource.path
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const RATE_LIMITING: &str = r#"# OPT-IN POLICY: Rate Limiting. The host counts; the policy compares.
package countersign.rate_limiting

default allow := true

allow := false if count(deny_reasons) > 0

default max_calls := 100

max_calls := data.config.rate_limiting.max_calls

deny_reasons contains "rate_limit_exceeded" if {
	input.action == "llm_call"
	calls_in_window(input.agent) > max_calls
}

# the seed hands a list of calls; a count is cheaper and also taken
calls_in_window(agent) := count(input.recent_calls[agent]) if is_array(input.recent_calls[agent])

calls_in_window(agent) := input.recent_calls[agent] if is_number(input.recent_calls[agent])

warnings contains "rate_limiting: no recent_calls for this agent in the input, rate not checked" if {
	input.action == "llm_call"
	not input.recent_calls[input.agent]
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const TIME_RESTRICTIONS: &str = r#"# OPT-IN POLICY: Time Restrictions (business hours only)
package countersign.time_restrictions

default allow := true

allow := false if count(deny_reasons) > 0

default start_hour := 9

start_hour := data.config.time_restrictions.start_hour

default end_hour := 17

end_hour := data.config.time_restrictions.end_hour

default tz := "UTC"

tz := data.config.time_restrictions.tz

default days := ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]

days := data.config.time_restrictions.days

default restricted_actions := ["llm_call", "external_api_call", "file_write", "file_delete"]

restricted_actions := data.config.time_restrictions.actions

deny_reasons contains "outside_business_hours" if {
	input.action in restricted_actions
	[hour, _, _] := time.clock([input.now_ns, tz])
	not hour_ok(hour)
}

deny_reasons contains "outside_business_days" if {
	input.action in restricted_actions
	weekday := time.weekday([input.now_ns, tz])
	not weekday in days
}

hour_ok(h) if {
	h >= start_hour
	h < end_hour
}

warnings contains "time_restrictions: no clock in the input, hours not checked" if {
	input.action in restricted_actions
	not input.now_ns
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

const COMPLIANCE: &str = r#"# OPT-IN POLICY: Compliance (the seed names it "regulatory compliance" and gives no rules)
package countersign.compliance

default allow := true

allow := false if count(deny_reasons) > 0

regulated := {"phi", "pii", "pci", "restricted"}

default approved_hosts := []

approved_hosts := data.config.compliance.approved_hosts

default allowed_regions := []

allowed_regions := data.config.compliance.allowed_regions

# regulated data may leave only to an approved host
deny_reasons contains "unapproved_data_transfer" if {
	input.action == "external_api_call"
	lower(input.data_classification) in regulated
	not destination_approved
}

# a separate rule, not `not host(url) in approved_hosts`: OPA evaluates the nested call
# before the negation, so a missing url would make the deny undefined, that is fail open
destination_approved if host(input.resource.url) in approved_hosts

# regulated data stays in its regions
deny_reasons contains "data_residency" if {
	lower(input.data_classification) in regulated
	count(allowed_regions) > 0
	not input.resource.region in allowed_regions
}

# destructive actions on regulated data need a recorded approval by someone else
deny_reasons contains "approval_required" if {
	input.action in {"file_delete", "file_write"}
	lower(input.data_classification) in regulated
	not approved
}

approved if {
	input.approval.id != ""
	input.approval.approver != input.agent
}

host(url) := h if {
	m := regex.find_all_string_submatch_n(`^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/@]*@)?([^/:?#]+)`, url, 1)
	h := lower(m[0][1])
}

warnings contains "compliance: no data_classification in the input, regulated-data rules not checked" if {
	not input.data_classification
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

/// Name and text of each.
pub(crate) const SAMPLES: &[(&str, &str)] = &[
    ("default", DEFAULT),
    ("cost_control", COST_CONTROL),
    ("data_privacy", DATA_PRIVACY),
    ("rate_limiting", RATE_LIMITING),
    ("time_restrictions", TIME_RESTRICTIONS),
    ("compliance", COMPLIANCE),
];
