//! Requests that meet: nothing is lost, and one order explains every answer.
