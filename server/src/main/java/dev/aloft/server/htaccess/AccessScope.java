package dev.aloft.server.htaccess;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules of one scope of a file: those outside of sections about files, or those of one such section.
///
/// @param files the names that it applies to; null for all
/// @param doubtful a denial of unknown extent, which nothing lifts
/// @param unsettled whether it has a section that may or may not apply
record AccessScope(@Nullable NamePattern files, Access access, Optional<Htaccess.Denial> doubtful, boolean unsettled) {

    Truth covers(Place place) {
        return files == null ? Truth.YES : files.fits(place.name());
    }

    Optional<Htaccess.Denial> denial() {
        return access.denial().or(() -> doubtful);
    }

    /// Reads the directives of one scope.
    static final class Reader {

        /// Words that make an unknown directive a denial.
        private static final Pattern DENYING = Pattern.compile("(?i)\\b(deny|denied|forbid|forbidden|40[134])\\b");

        private static final Set<String> HARMLESS =
                Set.of("errordocument", "header", "requestheader", "setenv", "setenvif", "setenvifnocase", "authname");
        private static final Set<String> ABOUT_ACCESS = Set.of("authmerging", "sslrequire", "sslverifyclient");
        private static final Set<String> PRESENT = Set.of(
                "mod_authz_core.c",
                "authz_core_module",
                "mod_authz_host.c",
                "authz_host_module",
                "mod_access_compat.c",
                "access_compat_module",
                "mod_rewrite.c",
                "rewrite_module",
                "mod_alias.c",
                "alias_module");

        private final String folder;
        private final @Nullable NamePattern files;
        private final Addresses addresses;
        private final Requirements requirements;
        private Htaccess.@Nullable Denial doubtful;
        private boolean unsettled;

        Reader(String folder, @Nullable NamePattern files) {
            this.folder = folder;
            this.files = files;
            this.addresses = new Addresses(folder);
            this.requirements = new Requirements(folder);
        }

        AccessScope scope() {
            Access access = new Access(addresses.ruling(), addresses.satisfyAny(), requirements.ruling());
            return new AccessScope(files, access, Optional.ofNullable(doubtful), unsettled);
        }

        /// @param others takes the directives unknown to this scope and returns whether it knows them
        void read(List<Node> nodes, Predicate<Node> others) {
            nodes.forEach(node -> read(node, others));
        }

        private void read(Node node, Predicate<Node> others) {
            if (addresses.takes(node) || requirements.takes(node) || others.test(node)) {
                return;
            }
            if (node.section()) {
                switch (applies(node)) {
                    case YES -> read(node.body(), others);
                    case UNKNOWN -> readInDoubt(node.body());
                    case NO -> {}
                }
            } else if (node.name().isEmpty()
                    || ABOUT_ACCESS.contains(node.name())
                    || (!HARMLESS.contains(node.name())
                            && DENYING.matcher(node.text()).find())) {
                doubt(new Htaccess.Denial(folder, node.line(), node.text(), false));
            }
        }

        /// Reads a section that may or may not apply: only its denials take effect.
        private void readInDoubt(List<Node> nodes) {
            unsettled = true;
            Htaccess inner = Htaccess.of(folder, nodes);
            inner.denials().stream().findFirst().ifPresent(this::doubt);
        }

        void doubt(Htaccess.Denial denial) {
            doubtful = doubtful == null ? denial.unsure() : doubtful;
        }

        /// Tests whether a section applies to a `GET` on a current Apache.
        private static Truth applies(Node node) {
            List<String> words = node.arguments().stream()
                    .map(word -> word.toLowerCase(Locale.ROOT))
                    .toList();
            return switch (node.name()) {
                case "limit" -> Truth.of(words.contains("get"));
                case "limitexcept" -> Truth.of(!words.contains("get"));
                case "ifmodule" -> isPresent(words.isEmpty() ? "" : words.getFirst());
                default -> Truth.UNKNOWN;
            };
        }

        private static Truth isPresent(String module) {
            boolean negated = module.startsWith("!");
            boolean present = PRESENT.contains(negated ? module.substring(1) : module);
            return present ? Truth.of(!negated) : Truth.UNKNOWN;
        }
    }
}
