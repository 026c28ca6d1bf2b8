//! The whole HTTP side over a real store and a real engine; only Google is played.

mod administration;
mod bad_input;
mod connect;
mod drafts;
mod edges;
mod google;
mod grants;
mod house;
mod metrics;
mod operators;
mod pages;
mod pushes;
mod quotas;
mod reading;
mod sending;
mod tracking;
mod wordings;
mod writing;
