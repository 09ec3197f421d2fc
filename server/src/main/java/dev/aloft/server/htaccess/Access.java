package dev.aloft.server.htaccess;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The result of one scope's directives for an anonymous client. A later scope overrides an earlier one as in Apache:
/// separately for `Order`, `Allow`, `Deny` and `Satisfy` (mod_access_compat) and for `Require` (mod_authz_core).
///
/// @param addresses result of `Order`, `Allow` and `Deny`, or null without any
/// @param satisfyAny whether one of the two results is enough for access (`Satisfy any`)
/// @param required result of `Require`, or null without any, which grants access
record Access(
        @Nullable Ruling addresses,
        boolean satisfyAny,
        @Nullable Ruling required) {

    static final Access OPEN = new Access(null, false, null);

    /// Access granted or denied.
    ///
    /// @param denial the line that denies, or null if access is granted
    record Ruling(Htaccess.@Nullable Denial denial) {

        static final Ruling GRANTED = new Ruling(null);
    }

    Access overriddenBy(Access later) {
        return new Access(
                later.addresses == null ? addresses : later.addresses,
                later.addresses == null ? satisfyAny : later.satisfyAny,
                later.required == null ? required : later.required);
    }

    /// The same without `Satisfy any`, for a file in which an uncertain directive could cancel it.
    Access withoutChoice() {
        return new Access(addresses, false, required);
    }

    Optional<Htaccess.Denial> denial() {
        Optional<Htaccess.Denial> byAddress = Optional.ofNullable(addresses).map(Ruling::denial);
        Optional<Htaccess.Denial> byRequirement = Optional.ofNullable(required).map(Ruling::denial);
        if (satisfyAny && (byAddress.isEmpty() || byRequirement.isEmpty())) {
            return Optional.empty();
        }
        return byAddress.or(() -> byRequirement);
    }
}
