# Default: allows everything, and warns of what is often regretted.
#
# Input: action; resource.url of external_api_call; estimated_cost_usd of llm_call. No configuration.
# countersign: on_error=allow
package countersign.default

default allow := true

# It has none, and says so: a partial set without members is the empty set.
deny_reasons contains reason if {
	some reason in []
}

warnings contains "Warning: File deletion operation (allowed by default)" if {
	input.action == "file_delete"
}

warnings contains "Warning: Non-HTTPS API call detected (allowed by default)" if {
	input.action == "external_api_call"
	has_url
	not over_https
}

over_https if regex.match(`^(?i:https)://`, input.resource.url)

warnings contains message if {
	input.action == "llm_call"
	has_cost
	input.estimated_cost_usd > 1.0
	message := concat("", ["Warning: High cost operation ($", dollars, ") - allowed by default"])
}

# Cents, a half of one upwards. By hand, since engines do not agree on what `%.2f` makes of 2 and of 2.675; the last term
# keeps what cannot be written in binary from tipping, and is less than any amount that the host tells.
cents := floor(((input.estimated_cost_usd * 100) + 0.5) + 0.00005) if has_cost

dollars := concat("", [format_int(whole, 10), ".", substring(format_int((cents - (whole * 100)) + 100, 10), 1, 2)]) if {
	whole := floor(cents / 100)
}

warnings contains "default: no resource.url in the input, address not looked at" if {
	input.action == "external_api_call"
	not has_url
}

warnings contains "default: no estimated cost in the input, cost not looked at" if {
	input.action == "llm_call"
	not has_cost
}

# Rules of their own: inside a `not`, an absent member makes the call of a function undefined instead of false.
has_url if is_string(input.resource.url)

has_cost if is_number(input.estimated_cost_usd)

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
