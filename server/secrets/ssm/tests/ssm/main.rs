//! The SSM store over HTTP: against moto (`scripts/with-moto`), through a proxy that throttles, denies, hangs, cuts and
//! lies.

mod conformance;
mod faults;
mod shapes;
mod support;
mod writes;
