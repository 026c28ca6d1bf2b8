//! Faults for operators on the wire: what nobody recognised, and what ails a connector.

use model::fault as nouns;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What ails a connector and is the operator's or an administrator's to mend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConnectorFault {
    /// The kind of fault, as in `error.fault.kind`.
    pub kind: String,
    /// Who is affected: `app` or `tenant`.
    pub scope: String,
    /// What went wrong, in one sentence.
    pub message: String,
    /// Why it happens.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// The provider's code, when it sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// The grant whose call met it last; the fault ends when a call of this grant succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Unix seconds.
    pub first_seen_at: i64,
    /// Unix seconds.
    pub last_seen_at: i64,
    /// How often since then.
    pub count: u64,
}

impl ConnectorFault {
    /// The wire form.
    pub fn render(fault: &nouns::ConnectorFault) -> Self {
        Self {
            kind: fault.kind.as_str().to_owned(),
            scope: fault.scope.as_str().to_owned(),
            message: fault.message.clone(),
            cause: fault.kind.cause().to_owned(),
            remedy: fault.kind.remedy().to_owned(),
            provider_code: fault.provider_code.clone(),
            grant_id: fault.grant_id.map(|id| id.to_string()),
            first_seen_at: fault.first_seen_at.as_second(),
            last_seen_at: fault.last_seen_at.as_second(),
            count: fault.count,
        }
    }
}

/// An error of a provider that no classifier recognised, counted, so that it can be reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnknownFault {
    /// Its fingerprint: the same for all errors of one provider, protocol, operation, status and code.
    pub id: String,
    /// Always `unknown_fault`.
    pub object: String,
    /// Who answered.
    pub provider: String,
    /// In which protocol.
    pub protocol: String,
    /// To what, ids left out.
    pub operation: String,
    /// The provider's status, when there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The provider's code, when it sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Unix seconds.
    pub first_seen_at: i64,
    /// Unix seconds.
    pub last_seen_at: i64,
    /// How often.
    pub count: u64,
    /// The start of the first answer; addresses, tokens and ids are masked. Read it before handing it on.
    pub sample: String,
}

impl UnknownFault {
    /// The wire form.
    pub fn render(fault: &nouns::UnknownFault) -> Self {
        Self {
            id: fault.fingerprint.clone(),
            object: "unknown_fault".to_owned(),
            provider: fault.provider.as_str().to_owned(),
            protocol: fault.protocol.clone(),
            operation: fault.operation.clone(),
            status: fault.status,
            code: fault.code.clone(),
            first_seen_at: fault.first_seen_at.as_second(),
            last_seen_at: fault.last_seen_at.as_second(),
            count: fault.count,
            sample: fault.sample.clone(),
        }
    }
}
