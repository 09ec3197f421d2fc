package dev.aloft.server.htaccess;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the directives of one scope come to for a stranger. Of two scopes, the later one's word counts, separately for
/// `Order`, `Allow`, `Deny` and `Satisfy` (mod_access_compat) and for `Require` (mod_authz_core), as Apache has it.
///
/// @param addresses what the former say, or null for nothing
/// @param satisfyAny whether either of the two may let a stranger in
/// @param required what `Require` says, or null for nothing, which lets everybody in
record Access(
        @Nullable Ruling addresses,
        boolean satisfyAny,
        @Nullable Ruling required) {

    static final Access OPEN = new Access(null, false, null);

    /// Lets a stranger in, or not.
    ///
    /// @param denial null for the former
    record Ruling(@Nullable Denial denial) {

        static final Ruling GRANTED = new Ruling(null);
    }

    Access overriddenBy(Access later) {
        return new Access(
                later.addresses == null ? addresses : later.addresses,
                later.addresses == null ? satisfyAny : later.satisfyAny,
                later.required == null ? required : later.required);
    }

    /// The same where nobody can tell whether a later word takes the choice of two ways away again.
    Access withoutChoice() {
        return new Access(addresses, false, required);
    }

    Optional<Denial> denial() {
        Optional<Denial> byAddress = Optional.ofNullable(addresses).map(Ruling::denial);
        Optional<Denial> byRequirement = Optional.ofNullable(required).map(Ruling::denial);
        if (satisfyAny && (byAddress.isEmpty() || byRequirement.isEmpty())) {
            return Optional.empty();
        }
        return byAddress.or(() -> byRequirement);
    }
}
