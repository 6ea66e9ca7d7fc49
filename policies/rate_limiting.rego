# Rate limiting: so many calls of one agent in the window, and no more. The host counts; this compares.
#
# Input: action, agent, recent_calls (agent to number of calls, or to a list of them), and the window that they were
# counted in, which `policy.window` of the configuration says.
# data.config.rate_limiting:
#   max_calls  Default 100.
#   actions    what is limited. Default ["llm_call"].
# countersign: on_error=allow
package countersign.rate_limiting

default allow := true

allow := false if count(deny_reasons) > 0

default max_calls := 100

max_calls := data.config.rate_limiting.max_calls if is_number(data.config.rate_limiting.max_calls)

default actions := ["llm_call"]

actions := data.config.rate_limiting.actions if is_array(data.config.rate_limiting.actions)

deny_reasons contains "rate_limit_exceeded" if {
	input.action in actions
	calls > max_calls
}

# What is neither a number nor a list was not counted.
deny_reasons contains "count_unreadable" if {
	input.action in actions
	has_count
	not counted
}

# A list of calls is taken, too.
calls := count(input.recent_calls[input.agent]) if is_array(input.recent_calls[input.agent])

calls := input.recent_calls[input.agent] if is_number(input.recent_calls[input.agent])

counted if is_number(calls)

# A rule of its own: inside a `not`, an absent agent would make the look-up undefined instead of false.
has_count if input.recent_calls[input.agent] != null

warnings contains "rate_limiting: no recent_calls of this agent in the input, rate not checked" if {
	input.action in actions
	not has_count
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
