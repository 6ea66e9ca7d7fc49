# Time restrictions: business hours only.
#
# Input: action, now_ns.
# data.config.time_restrictions:
#   start_hour, end_hour  from the first to before the second; over midnight when the first is later. Default 9, 17.
#   tz                    an IANA time zone. Default "UTC".
#   days                  in English. Default Monday to Friday.
#   actions               what is restricted. Default everything but reading.
# countersign: on_error=allow
package countersign.time_restrictions

default allow := true

allow := false if count(deny_reasons) > 0

default start_hour := 9

start_hour := data.config.time_restrictions.start_hour if is_number(data.config.time_restrictions.start_hour)

default end_hour := 17

end_hour := data.config.time_restrictions.end_hour if is_number(data.config.time_restrictions.end_hour)

default tz := "UTC"

tz := data.config.time_restrictions.tz if is_string(data.config.time_restrictions.tz)

default days := ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]

days := data.config.time_restrictions.days if is_array(data.config.time_restrictions.days)

default actions := ["llm_call", "external_api_call", "file_write", "file_delete", "exec"]

actions := data.config.time_restrictions.actions if is_array(data.config.time_restrictions.actions)

# The hour is asked for inside its own rule: a time zone or a clock that cannot be read is outside, not undefined.
deny_reasons contains "outside_business_hours" if {
	input.action in actions
	has_clock
	not within_hours
}

deny_reasons contains "outside_business_days" if {
	input.action in actions
	has_clock
	not within_days
}

hour := time.clock([input.now_ns, tz])[0] if is_number(input.now_ns)

within_hours if {
	start_hour <= end_hour
	hour >= start_hour
	hour < end_hour
}

within_hours if {
	start_hour > end_hour
	hour >= start_hour
}

within_hours if {
	start_hour > end_hour
	hour < end_hour
}

within_days if {
	is_number(input.now_ns)
	time.weekday([input.now_ns, tz]) in days
}

has_clock if input.now_ns != null

warnings contains "time_restrictions: no clock in the input, hours not checked" if {
	input.action in actions
	not has_clock
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
