//! Policies as YAML, checked by reading them back.

use crate::network::error::NetworkError;
use k8s_openapi::api::networking::v1::NetworkPolicy;

/// The policies as documents of one YAML text.
///
/// # Errors
/// When one cannot be written, or would read back as another policy than the one that was meant.
pub fn documents<'a>(
    policies: impl IntoIterator<Item = &'a NetworkPolicy>,
) -> Result<String, NetworkError> {
    let mut text = String::new();
    for policy in policies {
        let name = policy.metadata.name.clone().unwrap_or_default();
        let fault = |reason: String| NetworkError::Write { name: name.clone(), reason };
        let one = serde_saphyr::to_string(policy).map_err(|e| fault(e.to_string()))?;
        let back: NetworkPolicy = serde_saphyr::from_str(&one).map_err(|e| fault(e.to_string()))?;
        if back != *policy {
            return Err(fault("it reads back as another policy".to_owned()));
        }
        text.push_str("---\n");
        text.push_str(&one);
    }
    Ok(text)
}
