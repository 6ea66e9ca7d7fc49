# Data privacy: files that hold secrets are not read, and not changed without a yes.
#
# Input: action, resource.path. What a program that is run reads is not seen here.
# data.config.data_privacy:
#   names  further names of files or folders, such as "payroll.xlsx"; the case does not count. Default [].
# countersign: on_error=allow
package countersign.data_privacy

default allow := true

allow := false if count(deny_reasons) > 0

default names := []

names := data.config.data_privacy.names if is_array(data.config.data_privacy.names)

deny_reasons contains "sensitive_file_access" if {
	input.action == "file_read"
	sensitive
}

ask_reasons contains "sensitive_file_change" if {
	input.action in {"file_write", "file_delete"}
	sensitive
}

# Every part of the path counts: what lies in a folder of secrets is one. The whole path is matched at once, since a
# rule that walks part by part could be worn out by a path of many parts.
path := concat("", ["/", replace(replace(input.resource.path, "\\", "/"), ":", "/"), "/"]) if {
	is_string(input.resource.path)
	count(input.resource.path) <= 1000
}

# `.env`, `.env.local`, `prod.env`, `.envrc`; not `.environment.md`
sensitive if regex.match(`(?i)/\.env([^a-z]|rc/)|\.env/`, path)

# `credentials`, `my-secrets.txt`, `client_secret.json`; not `secretary.md`
sensitive if regex.match(`(?i)credentials|secrets|[^a-z](credential|secret)[^a-z]`, path)

# Keys and stores of keys, and copies of them.
sensitive if regex.match(`(?i)\.(pem|key|p12|pfx|jks|ppk|kdbx|keystore)[/.~ ]`, path)

# `id_rsa`, `id_ed25519.bak`; not `id_rsa.pub`
sensitive if regex.match(`(?i)/id_(rsa|dsa|ecdsa|ed25519)(_sk)?([/~ -]|\.[^p])`, path)

# Where programs keep passwords and tokens.
sensitive if regex.match(`(?i)/([._]netrc|\.(pgpass|npmrc|pypirc|htpasswd|dockercfg|gnupg|aws))[/ ]`, path)

sensitive if regex.match(`(?i)/\.(docker/config\.json|kube/config)[/ ]`, path)

sensitive if {
	some name in names
	is_string(name)
	contains(lower(path), concat("", ["/", lower(name), "/"]))
}

# What is no text cannot be looked at, and of a very long one the host shows the ends alone.
sensitive if {
	has_path
	not readable
}

readable if path

has_path if input.resource.path != null

warnings contains "data_privacy: no resource.path in the input, path not checked" if {
	input.action in {"file_read", "file_write", "file_delete"}
	not has_path
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "ask_reasons": ask_reasons, "warnings": warnings}
