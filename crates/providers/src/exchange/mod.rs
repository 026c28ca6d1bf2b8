//! Exchange: the web services (EWS) and ActiveSync (EAS). No client yet; the classification of their errors.

pub mod fault;
