//! Faults as they are written down beside the work they stopped.

use serde::{Deserialize, Serialize};

use super::{Fault, FaultKind, Scope, Verdict};
use crate::{Provider, Timestamp};

/// A [`Fault`] in a form that lasts: everything a caller is told of it, without what only the log wants.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeptFault {
    /// Its class.
    pub kind: FaultKind,
    /// Who is affected.
    pub scope: Scope,
    /// What may be done, by its public name.
    pub verdict: String,
    /// The instant of the verdict `at`, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// One sentence for the caller.
    pub message: String,
    /// The request field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The provider that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The provider's structured code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// The provider's error object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_error: Option<serde_json::Value>,
    /// The status the provider's answer had in its protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_status: Option<u16>,
}

impl From<&Fault> for KeptFault {
    fn from(fault: &Fault) -> Self {
        Self {
            kind: fault.kind,
            scope: fault.scope,
            verdict: fault.verdict.as_str().to_owned(),
            at: fault.retry_at().map(Timestamp::as_millisecond),
            message: fault.message.clone(),
            field: fault.field.clone(),
            provider: fault.provider,
            provider_code: fault.provider_code.clone(),
            provider_error: fault.provider_error.clone(),
            provider_status: fault.origin.as_ref().and_then(|origin| origin.status),
        }
    }
}

impl From<KeptFault> for Fault {
    fn from(kept: KeptFault) -> Self {
        Fault {
            scope: kept.scope,
            verdict: verdict(&kept),
            field: kept.field,
            provider: kept.provider,
            provider_code: kept.provider_code,
            provider_error: kept.provider_error,
            ..Fault::new(kept.kind, kept.message)
        }
    }
}

fn verdict(kept: &KeptFault) -> Verdict {
    let at = kept.at.and_then(|millis| Timestamp::from_millisecond(millis).ok());
    match (kept.verdict.as_str(), at) {
        ("never", _) => Verdict::Never,
        ("after_refresh", _) => Verdict::AfterRefresh,
        ("after_reauth", _) => Verdict::AfterReauth,
        ("at", Some(at)) => Verdict::At(at),
        ("resync", _) => Verdict::Resync,
        ("look_first", _) => Verdict::LookFirst,
        _ => Verdict::Backoff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_comes_back_as_callers_knew_it() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let verdicts = [
            Verdict::Never,
            Verdict::AfterRefresh,
            Verdict::AfterReauth,
            Verdict::At(at),
            Verdict::Backoff,
            Verdict::Resync,
            Verdict::LookFirst,
        ];
        for verdict in verdicts {
            let fault = Fault { provider: Some(Provider::Google), ..Fault::invalid("to", "No.") }.with_verdict(verdict);
            let text = serde_json::to_string(&KeptFault::from(&fault)).unwrap();
            let back: Fault = serde_json::from_str::<KeptFault>(&text).unwrap().into();
            assert_eq!(back, fault);
        }
    }
}
