//! Admin consent: an administrator allows an app for everybody in the tenant, and the browser goes back with
//! `admin_consent=True&tenant=…` (facts 4.1). Any work account of the sandbox may administer its tenant.

use http::StatusCode;

use super::super::Microsoft;
use super::authority::Authority;
use super::directory::Account;
use super::endpoints::Asked;
use super::pages;
use super::refusal::{Refusal, missing};
use super::request::refused_scope;
use super::scopes;
use crate::google::Answer;

/// A checked request.
struct Request {
    authority: Authority,
    app: String,
    app_name: String,
    redirect_uri: url::Url,
    scopes: Vec<String>,
    /// As the application wrote them; given back by the newer of the two addresses.
    scope_text: Option<String>,
    state: Option<String>,
}

/// `GET`: asks which administrator, then whether; `_sandbox_auto` and `_sandbox_deny` answer both.
pub(super) fn ask(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    let request = match Request::read(microsoft, asked) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(microsoft, None),
    };
    let query = &asked.incoming.query;
    let chosen = query.filled("_sandbox_auto").or_else(|| query.filled("_sandbox_account"));
    let Some(admin) = chosen.and_then(|account| microsoft.world.identity().account(account)) else {
        let mut carried = query.clone();
        carried.0.retain(|(name, _)| !name.starts_with("_sandbox_"));
        return pages::accounts(
            &request.app_name,
            &asked.incoming.path,
            &carried,
            &administrators(microsoft, &request),
        );
    };
    if query.filled("_sandbox_auto").is_some() {
        let denied = query.get("_sandbox_deny").is_some_and(|deny| deny != "false");
        return answered(microsoft, &request, &admin, !denied);
    }
    pages::admin_consent(&request.app_name, &admin, &asked.incoming.path, query, &request.scopes)
}

/// `POST`: the administrator's answer.
pub(super) fn decide(microsoft: &Microsoft, asked: &Asked<'_>) -> Answer {
    let request = match Request::read(microsoft, asked) {
        Ok(request) => request,
        Err(refusal) => return refusal.answer(microsoft, None),
    };
    let form = asked.incoming.form();
    let named = form.filled("account").unwrap_or_default();
    match microsoft.world.identity().account(named) {
        Some(admin) => answered(microsoft, &request, &admin, form.get("decision") == Some("accept")),
        None => Refusal::of("aadsts.page.50034").about("account", named).answer(microsoft, None),
    }
}

impl Request {
    fn read(microsoft: &Microsoft, asked: &Asked<'_>) -> Result<Self, Refusal> {
        let query = &asked.incoming.query;
        let need = |name: &'static str| query.filled(name).ok_or_else(|| missing(name).on_page());
        let (id, uri) = (need("client_id")?, need("redirect_uri")?);
        let state = microsoft.world.identity().state();
        let authority = Authority::read(asked.tenant, &state.directory).map_err(Refusal::on_page)?;
        if matches!(authority, Authority::Common | Authority::Consumers) {
            // Personal accounts have no administrator: a tenant or `organizations` has to be named.
            return Err(Refusal::of("aadsts.page.9002313"));
        }
        let app = state.apps.get(id).ok_or_else(|| Refusal::of("aadsts.page.700016").about("app", id))?;
        let mismatch = || Refusal::of("aadsts.page.50011").about("uri", uri).about("app", id);
        let redirect_uri = url::Url::parse(uri).ok().filter(|_| app.allows_redirect(uri)).ok_or_else(mismatch)?;
        let scope_text = query.filled("scope").map(str::to_owned);
        let wanted = scope_text.as_deref().unwrap_or("https://graph.microsoft.com/.default");
        let wanted = scopes::read(wanted).map_err(|bad| refused_scope(bad, "page"))?;
        let all = wanted.scopes.into_iter().chain(wanted.elsewhere);
        // Whoever may read mail for a tenant may sign its people in.
        let sign_in = ["openid", "profile", "email", "offline_access"].map(str::to_owned);
        Ok(Self {
            authority,
            app: app.id.clone(),
            app_name: app.name.clone(),
            redirect_uri,
            scopes: all.chain(sign_in).collect(),
            scope_text,
            state: query.get("state").map(str::to_owned),
        })
    }
}

fn administrators(microsoft: &Microsoft, request: &Request) -> Vec<Account> {
    let state = microsoft.world.identity().state();
    let may = |account: &&Account| !account.is_personal() && request.authority.takes(account.tenant);
    state.directory.all().filter(may).cloned().collect()
}

fn answered(microsoft: &Microsoft, request: &Request, admin: &Account, accepted: bool) -> Answer {
    if admin.is_personal() || !request.authority.takes(admin.tenant) {
        return Refusal::of("aadsts.page.50020").about("account", &admin.upn).answer(microsoft, None);
    }
    let tenant = admin.tenant.to_string();
    let mut uri = request.redirect_uri.clone();
    let mut query = uri.query_pairs_mut();
    if accepted {
        microsoft.world.identity().state().consents.add_for_tenant(admin.tenant, &request.app, &request.scopes);
        query.append_pair("admin_consent", "True").append_pair("tenant", &tenant);
        if let Some(scope) = &request.scope_text {
            query.append_pair("scope", scope);
        }
    } else {
        query.append_pair("error", "permission_denied");
        query.append_pair("error_description", "The admin canceled the request");
    }
    if let Some(state) = &request.state {
        query.append_pair("state", state);
    }
    drop(query);
    Answer { status: StatusCode::FOUND, ..Answer::empty() }.with("location", uri.as_str())
}
