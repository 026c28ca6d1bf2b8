//! Errors of providers that no classifier recognised.

use api::fault::UnknownFault;
use axum::extract::State;

use crate::app::App;
use crate::auth::Admin;
use crate::error::Answered;
use crate::reply;

/// `GET /v3/applications/unknown-faults`
pub async fn list(State(app): State<App>, Admin(application): Admin) -> Answered {
    let faults = app.reads().unknown_faults(application).await?;
    let faults: Vec<_> = faults.iter().map(UnknownFault::render).collect();
    Ok(reply::data(&faults))
}
