//! Hosted authentication under way, codes, and our own tokens.

use model::application::TokenKind;
use model::{ApplicationId, GrantId, Timestamp};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::columns::{Columns, nanos, nanos_opt, one, run, to_json};
use crate::error::constrained;
use crate::{AuthCode, AuthRequest, Result, Token};

pub(crate) fn add_request(connection: &Connection, request: &AuthRequest) -> Result<()> {
    let (challenge, method) = request.code_challenge.clone().unzip();
    let added = run(
        connection,
        "INSERT INTO auth_requests (state_hash, browser_hash, application_id, provider, redirect_uri, state, scopes,
                                    login_hint, regrant, offline, challenge, challenge_method, provider_verifier,
                                    expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            request.state_hash,
            request.browser_hash,
            request.application_id.0,
            request.provider.as_str(),
            request.redirect_uri,
            request.state,
            to_json(&request.scopes)?,
            request.login_hint,
            request.regrant.map(|id| id.0),
            request.offline,
            challenge,
            method,
            request.provider_verifier,
            nanos(request.expires_at)
        ],
    );
    constrained(added, "authentication request", "application").map(drop)
}

/// Removes it in any case, so that a state is good for one callback.
pub(crate) fn take_request(connection: &Connection, hash: [u8; 32], now: Timestamp) -> Result<Option<AuthRequest>> {
    let taken = one(
        connection,
        "DELETE FROM auth_requests WHERE state_hash = ?1
         RETURNING state_hash, browser_hash, application_id, provider, redirect_uri, state, scopes, login_hint, regrant,
                   offline, challenge, challenge_method, provider_verifier, expires_at",
        [hash],
        read_request,
    )?;
    Ok(taken.filter(|request| now <= request.expires_at))
}

pub(crate) fn add_code(connection: &Connection, code: &AuthCode) -> Result<()> {
    let (challenge, method) = code.code_challenge.clone().unzip();
    let added = run(
        connection,
        "INSERT INTO auth_codes (code_hash, application_id, grant_id, redirect_uri, challenge, challenge_method, offline,
                                 expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            code.code_hash,
            code.application_id.0,
            code.grant_id.0,
            code.redirect_uri,
            challenge,
            method,
            code.offline,
            nanos(code.expires_at)
        ],
    );
    constrained(added, "code", "grant").map(drop)
}

/// Removes it in any case, so that a code is good for one exchange.
pub(crate) fn take_code(connection: &Connection, hash: [u8; 32], now: Timestamp) -> Result<Option<AuthCode>> {
    let taken = one(
        connection,
        "DELETE FROM auth_codes WHERE code_hash = ?1
         RETURNING code_hash, application_id, grant_id, redirect_uri, challenge, challenge_method, offline, expires_at",
        [hash],
        read_code,
    )?;
    Ok(taken.filter(|code| now <= code.expires_at))
}

pub(crate) fn token(connection: &Connection, hash: [u8; 32]) -> Result<Option<Token>> {
    one(
        connection,
        "SELECT hash, kind, grant_id, application_id, family, expires_at FROM tokens WHERE hash = ?1",
        [hash],
        read_token,
    )
}

pub(crate) fn add_tokens(connection: &Connection, tokens: &[Token]) -> Result<()> {
    for token in tokens {
        let added = run(
            connection,
            "INSERT INTO tokens (hash, kind, grant_id, application_id, family, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                token.hash,
                kind_word(token.kind),
                token.grant_id.0,
                token.application_id.0,
                token.family,
                nanos_opt(token.expires_at)
            ],
        );
        constrained(added, "token", "grant")?;
    }
    Ok(())
}

pub(crate) fn revoke(connection: &Connection, family: Uuid) -> Result<usize> {
    Ok(run(connection, "DELETE FROM tokens WHERE family = ?1", [family])?)
}

fn read_request(row: &Row) -> Result<AuthRequest> {
    Ok(AuthRequest {
        state_hash: row.get(0)?,
        browser_hash: row.get(1)?,
        application_id: ApplicationId(row.get(2)?),
        provider: row.provider(3)?,
        redirect_uri: row.get(4)?,
        state: row.get(5)?,
        scopes: row.json(6)?,
        login_hint: row.get(7)?,
        regrant: row.get::<_, Option<_>>(8)?.map(GrantId),
        offline: row.get(9)?,
        code_challenge: challenge(row, 10)?,
        provider_verifier: row.get(12)?,
        expires_at: row.time(13)?,
    })
}

fn read_code(row: &Row) -> Result<AuthCode> {
    Ok(AuthCode {
        code_hash: row.get(0)?,
        application_id: ApplicationId(row.get(1)?),
        grant_id: GrantId(row.get(2)?),
        redirect_uri: row.get(3)?,
        code_challenge: challenge(row, 4)?,
        offline: row.get(6)?,
        expires_at: row.time(7)?,
    })
}

fn read_token(row: &Row) -> Result<Token> {
    Ok(Token {
        hash: row.get(0)?,
        kind: row
            .word(1, |word| [TokenKind::Access, TokenKind::Refresh].into_iter().find(|k| kind_word(*k) == word))?,
        grant_id: GrantId(row.get(2)?),
        application_id: ApplicationId(row.get(3)?),
        family: row.get(4)?,
        expires_at: row.time_opt(5)?,
    })
}

/// Challenge and method, in two columns.
fn challenge(row: &Row, index: usize) -> Result<Option<(String, String)>> {
    let (challenge, method): (Option<String>, Option<String>) = (row.get(index)?, row.get(index + 1)?);
    Ok(challenge.zip(method))
}

fn kind_word(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Access => "access",
        TokenKind::Refresh => "refresh",
    }
}
