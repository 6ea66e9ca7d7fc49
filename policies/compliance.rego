# Compliance: regulated data leaves only to approved hosts, stays in its regions, and is changed only after a yes.
#
# Input: action, data_classification, resource.url, resource.region, approval, agent.
# data.config.compliance:
#   classes          what counts as regulated. Default ["phi", "pii", "pci", "restricted"].
#   approved_hosts   where it may go, over https, whole names. Default [].
#   allowed_regions  where it may be. Default []: anywhere.
# countersign: on_error=deny
package countersign.compliance

default allow := true

allow := false if count(deny_reasons) > 0

default classes := ["phi", "pii", "pci", "restricted"]

classes := data.config.compliance.classes if is_array(data.config.compliance.classes)

default approved_hosts := []

approved_hosts := data.config.compliance.approved_hosts if is_array(data.config.compliance.approved_hosts)

default allowed_regions := []

allowed_regions := data.config.compliance.allowed_regions if is_array(data.config.compliance.allowed_regions)

regulated if {
	is_string(input.data_classification)
	some class in classes
	is_string(class)
	lower(trim_space(input.data_classification)) == lower(class)
}

# What is no word was not classified by anybody who meant it: the strict side.
regulated if {
	has_class
	not is_string(input.data_classification)
}

has_class if input.data_classification != null

deny_reasons contains "unapproved_data_transfer" if {
	input.action == "external_api_call"
	regulated
	not destination_approved
}

# A rule of its own: inside a `not`, an absent address would make the deny undefined.
destination_approved if {
	some name in approved_hosts
	is_string(name)
	host == lower(name)
}

# Only an address without anything before the host: what stands before an `@` is read differently by different
# programs, and so is a `\`.
host := lower(found[0][1]) if {
	is_string(input.resource.url)
	found := regex.find_all_string_submatch_n(`^(?i:https)://([A-Za-z0-9.-]+)(?::[0-9]+)?(?:[/?#]|$)`, input.resource.url, 1)
}

deny_reasons contains "data_residency" if {
	regulated
	count(allowed_regions) > 0
	not region_allowed
}

region_allowed if input.resource.region in allowed_regions

# A question and not a refusal: a person can answer it, and the call then comes with the answer.
ask_reasons contains "approval_required" if {
	input.action in {"file_write", "file_delete"}
	regulated
	not approved
}

approved if {
	is_string(input.approval.id)
	input.approval.id != ""
	is_string(input.approval.approver)
	input.approval.approver != ""
	input.approval.approver != input.agent
}

warnings contains "compliance: no data_classification in the input, rules on regulated data not checked" if {
	not has_class
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "ask_reasons": ask_reasons, "warnings": warnings}
