"""The client under its former name; import `rolepath` instead."""

from rolepath import AsyncRolepath, Retries, Rolepath, ServiceProblem

__all__ = ["AsyncRolepath", "Retries", "Rolepath", "ServiceProblem"]
