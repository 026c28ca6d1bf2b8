//! Access tokens: what they open, and why they do not.

use std::collections::HashMap;

use uuid::Uuid;

use crate::world::chance::secret;

/// What an access token opens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Opened {
    pub(crate) tenant: Uuid,
    /// The account's object id.
    pub(crate) oid: Uuid,
    /// The account's user principal name when the token was bought.
    pub(crate) upn: String,
    /// Short names, as granted: `Mail.ReadWrite`.
    pub(crate) scopes: Vec<String>,
    /// The client id.
    pub(crate) app: String,
}

/// Whom a token is for; one token is for one resource (facts 4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resource {
    Graph,
    /// IMAP, SMTP and EWS at Exchange Online.
    Outlook,
}

/// Why a token opens nothing (facts 3, the rows of `InvalidAuthenticationToken`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unopened {
    /// Empty.
    Empty,
    /// Not a token of this platform, or one that was revoked so long ago that it is forgotten.
    Garbage,
    Expired,
    /// Bought for another resource.
    Audience,
    /// Revoked before its time; answered with a claims challenge.
    Revoked,
}

#[derive(Clone, Debug)]
struct Access {
    opened: Opened,
    resource: Resource,
    expires_ms: i64,
    revoked: bool,
}

/// Every access token that is not long dead.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: HashMap<String, Access>,
}

impl Opened {
    /// Whether the token was granted one of these scopes.
    pub(crate) fn may(&self, any_of: &[&str]) -> bool {
        self.scopes.iter().any(|have| any_of.iter().any(|scope| scope.eq_ignore_ascii_case(have)))
    }
}

impl Tokens {
    /// Gives out an access token that dies at `expires_ms`.
    pub(crate) fn give(&mut self, opened: Opened, resource: Resource, expires_ms: i64) -> String {
        let token = format!("EwB{}", secret(240));
        self.access.insert(token.clone(), Access { opened, resource, expires_ms, revoked: false });
        token
    }

    /// What a token opens at this resource.
    pub(crate) fn open(&self, bearer: &str, resource: Resource, now_ms: i64) -> Result<Opened, Unopened> {
        if bearer.is_empty() {
            return Err(Unopened::Empty);
        }
        let access = self.access.get(bearer).ok_or(Unopened::Garbage)?;
        match access {
            Access { expires_ms, .. } if *expires_ms <= now_ms => Err(Unopened::Expired),
            Access { revoked: true, .. } => Err(Unopened::Revoked),
            Access { resource: bought, .. } if *bought != resource => Err(Unopened::Audience),
            Access { opened, .. } => Ok(opened.clone()),
        }
    }

    /// Ends the access tokens of an account, or of all, before their time; returns how many.
    pub(crate) fn revoke(&mut self, oid: Option<Uuid>) -> usize {
        self.concerned(oid).map(|access| access.revoked = true).count()
    }

    /// Lets the access tokens of an account, or of all, expire now; returns how many.
    pub(crate) fn expire(&mut self, oid: Option<Uuid>, now_ms: i64) -> usize {
        self.concerned(oid).map(|access| access.expires_ms = access.expires_ms.min(now_ms)).count()
    }

    fn concerned(&mut self, oid: Option<Uuid>) -> impl Iterator<Item = &mut Access> {
        self.access.values_mut().filter(move |access| oid.is_none_or(|oid| access.opened.oid == oid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adele() -> Opened {
        let scopes = vec!["Mail.Read".to_owned()];
        Opened {
            tenant: Uuid::from_u128(1),
            oid: Uuid::from_u128(2),
            upn: "a@x.test".into(),
            scopes,
            app: "app".into(),
        }
    }

    #[test]
    fn a_token_opens_its_resource_until_it_dies() {
        let mut tokens = Tokens::default();
        let token = tokens.give(adele(), Resource::Graph, 10);
        assert_eq!(tokens.open(&token, Resource::Graph, 9), Ok(adele()));
        assert_eq!(tokens.open(&token, Resource::Outlook, 9), Err(Unopened::Audience));
        assert_eq!(tokens.open(&token, Resource::Graph, 10), Err(Unopened::Expired));
        assert_eq!(tokens.open("EwBnone", Resource::Graph, 9), Err(Unopened::Garbage));
        assert_eq!(tokens.open("", Resource::Graph, 9), Err(Unopened::Empty));
        assert!(adele().may(&["mail.read", "Mail.ReadWrite"]) && !adele().may(&["Mail.Send"]));
    }

    #[test]
    fn a_revoked_token_is_challenged_and_other_peoples_go_on() {
        let mut tokens = Tokens::default();
        let mine = tokens.give(adele(), Resource::Graph, 10);
        let theirs = tokens.give(Opened { oid: Uuid::from_u128(3), ..adele() }, Resource::Graph, 10);
        assert_eq!(tokens.revoke(Some(adele().oid)), 1);
        assert_eq!(tokens.open(&mine, Resource::Graph, 0), Err(Unopened::Revoked));
        assert!(tokens.open(&theirs, Resource::Graph, 0).is_ok());
    }
}
