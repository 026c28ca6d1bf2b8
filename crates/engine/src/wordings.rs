//! Signatures and templates: kept, and filled in when a message is composed.

use mail::compose::{Outgoing, signed};
use mail::template::{self, Escape, Flaw, Template};
use model::grant::Grant;
use model::wording::{Wording, WordingKind, WordingOwner};
use model::{ApplicationId, Fault, FaultKind, GrantId, WordingId};
use serde_json::{Map, Value};

use crate::at_rest::AtRest;
use crate::messages::Composition;
use crate::{Engine, Result};

/// Bytes of a body at most (nylas-v3.md 1.11).
const MOST_BODY: usize = 100 * 1024;
/// Bytes of a name or a subject at most.
const MOST_LINE: usize = 1024;
/// Signatures of a grant at most (nylas-v3.md 1.11).
const MOST_SIGNATURES: u32 = 10;
/// Templates of a grant, or of an application, at most.
const MOST_TEMPLATES: u32 = 100;

/// What to write into a kept text; what is `None` stays as it is, and a new one needs name and body.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WordingEdit {
    /// For people to tell it by.
    pub name: Option<String>,
    /// Templates only.
    pub subject: Option<String>,
    /// HTML.
    pub body: Option<String>,
}

/// A template to fill in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TemplateUse {
    /// The template: one of the grant's, or one of its application's.
    pub id: String,
    /// Whether a variable that is missing is refused (else it is left empty).
    pub strict: bool,
    /// Values by name.
    pub variables: Map<String, Value>,
}

/// What a template becomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The subject, as plain text.
    pub subject: String,
    /// The body.
    pub body: String,
}

impl Engine {
    /// Keeps a new text.
    ///
    /// # Errors
    /// `invalid_request` with the field; `conflict_or_precondition` when the owner has as many as allowed.
    pub async fn add_wording(&self, owner: WordingOwner, kind: WordingKind, edit: WordingEdit) -> Result<Wording> {
        let required = |field: &str, value: Option<String>| {
            value.ok_or_else(|| Fault::invalid(field, format!("`{field}` is required.")))
        };
        let wording = Wording {
            id: WordingId(self.inner.new_id()),
            owner,
            kind,
            name: required("name", edit.name)?,
            subject: edit.subject.unwrap_or_default(),
            body: required("body", edit.body)?,
            created_at: self.now(),
            updated_at: self.now(),
        };
        check(&wording)?;
        let most = match kind {
            WordingKind::Signature => MOST_SIGNATURES,
            WordingKind::Template => MOST_TEMPLATES,
        };
        if self.inner.store().add_wording(wording.clone(), most).await.at_rest()? {
            return Ok(wording);
        }
        let message = format!("There are {most} {}s already, as many as allowed; remove one first.", kind.as_str());
        Err(Fault::new(FaultKind::ConflictOrPrecondition, message))
    }

    /// Changes a kept text.
    ///
    /// # Errors
    /// `not_found`; as [`Self::add_wording`].
    pub async fn update_wording(
        &self,
        owner: WordingOwner,
        kind: WordingKind,
        id: &str,
        edit: WordingEdit,
    ) -> Result<Wording> {
        let mut wording = self.wording(owner, kind, id).await?;
        wording.name = edit.name.unwrap_or(wording.name);
        wording.subject = edit.subject.unwrap_or(wording.subject);
        wording.body = edit.body.unwrap_or(wording.body);
        wording.updated_at = self.now();
        check(&wording)?;
        self.inner.store().update_wording(wording.clone()).await.at_rest()?;
        Ok(wording)
    }

    /// Removes a kept text.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn remove_wording(&self, owner: WordingOwner, kind: WordingKind, id: &str) -> Result<()> {
        let wording = self.wording(owner, kind, id).await?;
        self.inner.store().remove_wording(owner, kind, wording.id).await.at_rest()
    }

    /// A kept text of this owner.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn wording(&self, owner: WordingOwner, kind: WordingKind, id: &str) -> Result<Wording> {
        let found = match id.parse() {
            Ok(id) => self.inner.store().wording(owner, kind, id).await.at_rest()?,
            Err(_) => None,
        };
        found.ok_or_else(|| Fault::not_found(format!("There is no such {}.", kind.as_str())))
    }

    /// Puts template and signature into what is composed. A subject or body that is given goes before the template's.
    pub(crate) async fn fill_in(
        &self,
        grant: &Grant,
        composition: &Composition,
        outgoing: &mut Outgoing,
    ) -> Result<()> {
        if let Some(wish) = &composition.template {
            let template = self.template(grant, &wish.id).await?;
            let escape = if outgoing.plaintext { Escape::None } else { Escape::Html };
            if outgoing.subject.is_empty() {
                outgoing.subject = fill(&template.subject, wish, Escape::None)?;
            }
            if outgoing.body.is_empty() {
                outgoing.body = fill(&template.body, wish, escape)?;
            }
        }
        if let Some(id) = &composition.signature_id {
            let signature = self.wording(owner(grant, true), WordingKind::Signature, id).await;
            let signature = signature.map_err(|fault| about("signature_id", fault))?;
            outgoing.body = signed(&outgoing.body, outgoing.plaintext, &signature.body);
        }
        Ok(())
    }

    /// The grant's template of this id, else its application's.
    async fn template(&self, grant: &Grant, id: &str) -> Result<Wording> {
        match self.wording(owner(grant, true), WordingKind::Template, id).await {
            Err(fault) if fault.kind == FaultKind::NotFound => {
                let shared = self.wording(owner(grant, false), WordingKind::Template, id).await;
                shared.map_err(|fault| about("template.id", fault))
            }
            found => found,
        }
    }
}

fn owner(grant: &Grant, own: bool) -> WordingOwner {
    let (application_id, grant_id): (ApplicationId, GrantId) = (grant.application_id, grant.id);
    WordingOwner { application_id, grant_id: own.then_some(grant_id) }
}

/// A text that is named in a send and is not there is the request's fault, not a page that is not found.
fn about(field: &str, fault: Fault) -> Fault {
    match fault.kind {
        FaultKind::NotFound => {
            Fault::invalid(field, format!("`{field}` names nothing of this grant's or application's."))
        }
        _ => fault,
    }
}

/// A template's two texts, filled in.
///
/// # Errors
/// `invalid_request`: `body` or `subject` that cannot be read, `variables` that names the missing one.
pub fn rendered(subject: &str, body: &str, wish: &TemplateUse) -> Result<Rendered> {
    check_template("subject", subject)?;
    check_template("body", body)?;
    Ok(Rendered { subject: fill(subject, wish, Escape::None)?, body: fill(body, wish, Escape::Html)? })
}

fn fill(source: &str, wish: &TemplateUse, escape: Escape) -> Result<String> {
    let filled = Template::read(source).and_then(|t| template::render(&t, &wish.variables, wish.strict, escape));
    filled.map_err(|flaw| {
        let remedy = match &flaw {
            Flaw::Missing(_) => " and `strict` is on: give it in `variables`, or send `strict` as false",
            _ => "",
        };
        Fault::invalid("template.variables", format!("The template cannot be filled in: {flaw}{remedy}."))
    })
}

fn check_template(field: &str, source: &str) -> Result<()> {
    if source.len() > MOST_BODY {
        return Err(Fault::invalid(field, format!("`{field}` is longer than {MOST_BODY} bytes; shorten it.")));
    }
    Template::read(source).map(drop).map_err(|flaw| Fault::invalid(field, format!("`{field}` is no template: {flaw}.")))
}

fn check(wording: &Wording) -> Result<()> {
    for (field, text) in [("name", &wording.name), ("subject", &wording.subject)] {
        if text.len() > MOST_LINE || text.chars().any(char::is_control) {
            let message =
                format!("`{field}` must have at most {MOST_LINE} bytes and no line breaks or control characters.");
            return Err(Fault::invalid(field, message));
        }
    }
    if wording.name.trim().is_empty() {
        return Err(Fault::invalid("name", "`name` must not be empty."));
    }
    if wording.body.len() > MOST_BODY {
        let message = format!("`body` is {} bytes long; at most {MOST_BODY} are kept, shorten it.", wording.body.len());
        return Err(Fault::invalid("body", message));
    }
    match wording.kind {
        WordingKind::Signature => Ok(()),
        WordingKind::Template => {
            check_template("subject", &wording.subject)?;
            check_template("body", &wording.body)
        }
    }
}

#[cfg(test)]
mod tests;
