package dev.aloft.server.uploads;

import dev.aloft.files.PathRules;

/// What an operator says of a site's uploads that the edge serves or does not.
///
/// @param deny paths below the site's prefix that are never served
/// @param allow paths that are served although a plugin's folder or a file of Apache's would keep them back; never
/// programs and secrets
/// @param htaccess whether `.htaccess` files among the uploads count
public record ServingRules(PathRules deny, PathRules allow, boolean htaccess) {

    /// No exceptions, and what plugins say counts.
    public static final ServingRules DEFAULT = new ServingRules(PathRules.NONE, PathRules.NONE, true);

    public ServingRules withDeny(PathRules others) {
        return new ServingRules(others, allow, htaccess);
    }

    public ServingRules withAllow(PathRules others) {
        return new ServingRules(deny, others, htaccess);
    }

    public ServingRules withoutHtaccess() {
        return new ServingRules(deny, allow, false);
    }
}
