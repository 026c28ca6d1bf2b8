//! Applications and their callback (redirect) URIs on the wire.

use model::application as nouns;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The application an API key opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Also the OAuth `client_id`.
    pub application_id: String,
    /// The same as `application_id`: one installation keeps no organisations. SDKs require the field.
    pub organization_id: String,
    /// Always `us`; the contract knows only `us` and `eu`.
    pub region: String,
    /// Always `production`.
    pub environment: String,
    /// What people see on the hosted pages; holds at least `name`.
    #[schema(value_type = Object)]
    pub branding: Value,
    /// Further presentation of the hosted pages, kept as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub hosted_authentication: Option<Value>,
    /// Kept as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub idp_settings: Option<Value>,
    /// Where hosted authentication may return to.
    pub callback_uris: Vec<RedirectUri>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl Application {
    /// The wire form of an application and its callback URIs.
    pub fn render(application: &nouns::Application, uris: &[nouns::CallbackUri]) -> Self {
        let kept = |key: &str| application.presentation.get(key).filter(|v| v.is_object()).cloned();
        let mut branding = kept("branding").unwrap_or_else(|| Value::Object(Map::new()));
        branding["name"] = Value::String(application.name.clone());
        Self {
            application_id: application.id.to_string(),
            organization_id: application.id.to_string(),
            region: "us".to_owned(),
            environment: "production".to_owned(),
            branding,
            hosted_authentication: kept("hosted_authentication"),
            idp_settings: kept("idp_settings"),
            callback_uris: uris.iter().map(RedirectUri::render).collect(),
            created_at: application.created_at.as_second(),
            updated_at: application.updated_at.as_second(),
        }
    }
}

/// Changes to an application. Other presentation keys are refused.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationUpdate {
    /// `name`, `icon_url`, `website_url`, `description`.
    #[schema(value_type = Option<Object>)]
    pub branding: Option<Map<String, Value>>,
    /// Presentation of the hosted pages.
    #[schema(value_type = Option<Object>)]
    pub hosted_authentication: Option<Map<String, Value>>,
    /// Kept as given.
    #[schema(value_type = Option<Object>)]
    pub idp_settings: Option<Map<String, Value>>,
}

/// A place hosted authentication may return to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RedirectUri {
    /// Its identifier.
    pub id: String,
    /// Compared byte for byte with `redirect_uri`.
    pub url: String,
    /// `web`, `desktop`, `js`, `ios` or `android`.
    pub platform: String,
    /// Platform settings, kept as given.
    #[schema(value_type = Object)]
    pub settings: Value,
}

impl RedirectUri {
    /// The wire form of a callback URI.
    pub fn render(uri: &nouns::CallbackUri) -> Self {
        Self {
            id: uri.id.to_string(),
            url: uri.url.clone(),
            platform: uri.platform.clone(),
            settings: if uri.settings.is_object() { uri.settings.clone() } else { Value::Object(Map::new()) },
        }
    }
}

/// A redirect URI to register, or what to change about one.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedirectUriWrite {
    /// `https://...`, or `http://localhost...`. Required when registering.
    pub url: Option<String>,
    /// `web` (default), `desktop`, `js`, `ios` or `android`.
    pub platform: Option<String>,
    /// `origin`, or `bundle_id`, `app_store_id`, `team_id`, or `package_name`, `sha1_certificate_fingerprint`.
    #[schema(value_type = Option<Object>)]
    pub settings: Option<Map<String, Value>>,
}
