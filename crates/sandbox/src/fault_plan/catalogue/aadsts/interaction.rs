//! The person must do more: a second factor, or enrolling for one. What to send on is in `claims`.

use super::{NamedFault, R, refuses_for};
use crate::fault_plan::catalogue::Setting;
use crate::fault_plan::catalogue::act::{Act, row};
use crate::fault_plan::catalogue::methods::ID_REFRESH;

const MORE: Act = refuses_for("interaction_required", "basic_action");

const fn demands(description: &'static str) -> [(&'static str, Setting); 2] {
    let claims = r#"{"access_token":{"polids":{"essential":true,"values":["5a0db0c5-0000-4000-8000-00000000c1a1"]}}}"#;
    [("description", Setting::Text(description)), ("claims", Setting::Text(claims))]
}

#[rustfmt::skip] // one entry is one fault
pub(super) const FAULTS: &[NamedFault] = &[
    row("aadsts.50076", ID_REFRESH, R, MORE, "400 `interaction_required`: a second factor is wanted; sign in again with the `claims`")
        .with(&demands("Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.")),
    row("aadsts.50079", ID_REFRESH, R, MORE, "400 `interaction_required`: the person must enrol for a second factor")
        .with(&demands("Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.")),
    row("aadsts.50078", ID_REFRESH, R, MORE, "400 `interaction_required`: the second factor has expired")
        .with(&demands("Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource.")),
    row("aadsts.50074", ID_REFRESH, R, MORE, "400 `interaction_required`: strong authentication is wanted")
        .with(&demands("Strong Authentication is required.")),
    row("aadsts.50072", ID_REFRESH, R, MORE, "400 `interaction_required`: the person must enrol for a second factor")
        .with(&demands("User needs to enroll for multi-factor authentication (interactive).")),
    row("aadsts.50158", ID_REFRESH, R, MORE, "400 `interaction_required`: an external second factor was not satisfied")
        .with(&demands("External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.")),
    row("aadsts.53004", ID_REFRESH, R, refuses_for("interaction_required", "additional_action"), "400 `interaction_required`: enrolling is held back for a risk; the person proves who they are first")
        .with(&demands("User needs to complete Multi-factor authentication registration process before accessing this content.")),
];
