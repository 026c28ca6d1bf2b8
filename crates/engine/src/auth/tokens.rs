//! Tokens of our own: 256 random bits, kept as hashes, in families that die together.

use std::time::Duration;

use model::application::TokenKind;
use model::grant::Grant;
use model::secret::SecretString;
use store::Token;
use uuid::Uuid;

use super::jwt::Claims;
use super::oauth_error::invalid_token;
use super::{TokenAnswer, TokenInfo};
use crate::at_rest::AtRest;
use crate::digest::sha256;
use crate::timer::{earlier, later};
use crate::{Engine, Result, random};

/// How long an access token opens its grant (nylas-v3.md 1.1: 1 h).
pub(super) const ACCESS_LIVES: Duration = Duration::from_secs(3600);
/// Refresh tokens of clients that did not authenticate begin with this; the others are good for authenticated clients
/// only. The whole text is hashed, so the mark cannot be added or taken off.
pub(super) const PUBLIC_MARK: &str = "pub_";

/// What is issued at once.
pub(super) struct Issue {
    pub(super) grant: Grant,
    /// Joins a family, or founds one.
    pub(super) family: Uuid,
    /// With a refresh token, and whether that is a public client's.
    pub(super) refresh: Option<IsPublic>,
}

/// Whether a client proved nothing but its possession of a code.
pub(super) type IsPublic = bool;

impl Engine {
    pub(super) async fn issue(&self, issue: Issue) -> Result<TokenAnswer> {
        let now = self.now();
        let expires_at = later(now, ACCESS_LIVES);
        let access = random::token();
        let token = |text: &str, kind, expires_at| Token {
            hash: sha256(text.as_bytes()),
            kind,
            grant_id: issue.grant.id,
            application_id: issue.grant.application_id,
            family: issue.family,
            expires_at,
        };
        let refresh =
            issue.refresh.map(|public| format!("{}{}", if public { PUBLIC_MARK } else { "" }, random::token()));
        let mut tokens = vec![token(&access, TokenKind::Access, Some(expires_at))];
        tokens.extend(refresh.as_deref().map(|text| token(text, TokenKind::Refresh, None)));
        self.inner.store().add_tokens(tokens).await.at_rest()?;
        let claims = Claims::new(
            issue.grant.application_id.to_string(),
            issue.grant.id.to_string(),
            issue.grant.email.clone(),
            now.as_second(),
            expires_at.as_second(),
        );
        Ok(TokenAnswer {
            access_token: SecretString::from(access),
            expires_in: ACCESS_LIVES.as_secs(),
            refresh_token: refresh.map(SecretString::from),
            id_token: self.inner.id_tokens.sign(&claims),
            grant: issue.grant,
        })
    }

    /// The live token behind a text: its grant and application.
    pub async fn authenticate_token(&self, token: &str) -> Result<Option<Token>> {
        Ok(self.live_token(token).await?.filter(|token| token.kind == TokenKind::Access))
    }

    /// A token of any kind that has not expired.
    pub(super) async fn live_token(&self, text: &str) -> Result<Option<Token>> {
        let token = self.inner.store().token(sha256(text.as_bytes())).await.at_rest()?;
        Ok(token.filter(|token| token.expires_at.is_none_or(|at| at > self.now())))
    }

    /// Revokes a token, its siblings and its parent. The grant stays.
    ///
    /// # Errors
    /// The OAuth error `invalid_token` when it is none of ours, or no longer.
    pub async fn revoke_token(&self, token: &str) -> Result<()> {
        let token = self.live_token(token).await?.ok_or_else(invalid_token)?;
        self.inner.store().revoke_tokens(token.family).await.at_rest().map(drop)
    }

    /// Tells about an access token or id token of ours.
    ///
    /// # Errors
    /// The OAuth error `invalid_token`.
    pub async fn token_info(&self, token: &str) -> Result<TokenInfo> {
        if let Some(claims) = self.inner.id_tokens.read(token, self.now()) {
            return info(claims).ok_or_else(invalid_token);
        }
        let token = self.authenticate_token(token).await?.ok_or_else(invalid_token)?;
        let grant = self.inner.store().grant(token.grant_id).await.at_rest()?.ok_or_else(invalid_token)?;
        let expires_at = token.expires_at.ok_or_else(invalid_token)?;
        Ok(TokenInfo {
            application_id: token.application_id,
            grant_id: grant.id,
            email: grant.email,
            issued_at: earlier(expires_at, ACCESS_LIVES).as_second(),
            expires_at: expires_at.as_second(),
        })
    }
}

fn info(claims: Claims) -> Option<TokenInfo> {
    Some(TokenInfo {
        application_id: claims.aud.parse().ok()?,
        grant_id: claims.sub.parse().ok()?,
        email: claims.email,
        issued_at: claims.iat,
        expires_at: claims.exp,
    })
}
