//! Signatures and templates.

use model::wording as nouns;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What stands below a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signature {
    /// Its identifier: `signature_id` of a send.
    pub id: String,
    /// For people to tell it by.
    pub name: String,
    /// HTML.
    pub body: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Signature {
    /// The wire form.
    pub fn render(wording: &nouns::Wording) -> Self {
        Self {
            id: wording.id.to_string(),
            name: wording.name.clone(),
            body: wording.body.clone(),
            created_at: wording.created_at.as_second(),
            updated_at: wording.updated_at.as_second(),
        }
    }
}

/// A signature to keep, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureWrite {
    /// At most 1024 bytes. Required for a new one.
    pub name: Option<String>,
    /// HTML, at most 100 KB. Required for a new one.
    pub body: Option<String>,
}

/// Subject and body with variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Template {
    /// Its identifier: `template.id` of a send.
    pub id: String,
    /// Always `template`.
    pub object: String,
    /// The grant it belongs to; none when all grants of the application share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Always `mustache`.
    pub engine: String,
    /// For people to tell it by.
    pub name: String,
    /// With variables, as plain text.
    pub subject: String,
    /// HTML with variables.
    pub body: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Template {
    /// The wire form.
    pub fn render(wording: &nouns::Wording) -> Self {
        Self {
            id: wording.id.to_string(),
            object: "template".to_owned(),
            grant_id: wording.owner.grant_id.map(|id| id.to_string()),
            engine: "mustache".to_owned(),
            name: wording.name.clone(),
            subject: wording.subject.clone(),
            body: wording.body.clone(),
            created_at: wording.created_at.as_second(),
            updated_at: wording.updated_at.as_second(),
        }
    }
}

/// A template to keep, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateWrite {
    /// `mustache`; other engines are not offered.
    pub engine: Option<String>,
    /// At most 1024 bytes. Required for a new one.
    pub name: Option<String>,
    /// At most 1024 bytes.
    pub subject: Option<String>,
    /// At most 100 KB. Required for a new one.
    pub body: Option<String>,
}

/// A template to fill in when sending.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct TemplateUse {
    /// One of the grant's templates, or of its application's.
    pub id: String,
    /// Whether a variable that is missing is refused: true unless said otherwise.
    pub strict: Option<bool>,
    /// Values by name.
    #[schema(value_type = Option<Object>)]
    pub variables: Option<Map<String, Value>>,
}

/// What to fill in: a kept template, or a text that comes along.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateRender {
    /// `mustache`; other engines are not offered. Only for a text that comes along.
    pub engine: Option<String>,
    /// Only for a text that comes along.
    pub subject: Option<String>,
    /// Only for a text that comes along.
    pub body: Option<String>,
    /// Whether a variable that is missing is refused: true unless said otherwise.
    pub strict: Option<bool>,
    /// Values by name.
    #[schema(value_type = Option<Object>)]
    pub variables: Option<Map<String, Value>>,
}

/// What a template becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RenderedTemplate {
    /// Plain text.
    pub subject: String,
    /// HTML.
    pub body: String,
}
