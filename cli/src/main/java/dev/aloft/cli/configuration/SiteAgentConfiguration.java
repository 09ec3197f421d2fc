package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.files.HeaderRules;
import dev.aloft.server.agent.AgentSite;
import dev.aloft.server.objectcache.ObjectCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys of a `[[site]]` that say how PHP reaches its files.
///
/// @param socketGroup the group that may connect; by default that of the process
/// @param headers Content-Type and Cache-Control of stored files, by file name
/// @param local what PHP keeps on the host instead of in S3
/// @param objectCacheBytes memory of WordPress's object cache; empty for no object cache
public record SiteAgentConfiguration(
        Path socket,
        Optional<String> socketGroup,
        long maxFileBytes,
        HeaderRules headers,
        AgentSite.LocalRules local,
        Optional<Long> objectCacheBytes) {

    static final List<String> KEYS = List.of(
            "socket", "socket_group", "max_file_bytes", "headers", "local", "local_folder", "object_cache_bytes");

    /// S3's own limit for an object.
    static final long MAX_FILE_BYTES = 5L << 40;

    static SiteAgentConfiguration read(Section section) {
        return new SiteAgentConfiguration(
                section.value("socket", key -> socket(section, key), Path.of("/invalid")),
                section.value("socket_group", section::optionalString, Optional.empty()),
                section.value("max_file_bytes", section::optionalBytes, Optional.<Long>empty())
                        .orElse(MAX_FILE_BYTES),
                headers(section.value("headers", section::sections, List.of())),
                section.value("local", key -> local(section, key), AgentSite.LocalRules.NONE),
                section.value("object_cache_bytes", key -> objectCacheBytes(section, key), Optional.empty()));
    }

    private static Optional<Long> objectCacheBytes(Section section, String key) throws Failure {
        Optional<Long> bytes = section.optionalBytes(key);
        if (bytes.isPresent() && bytes.get() < ObjectCache.MIN_BYTES) {
            throw section.unfit(key, bytes.get(), "at least " + ObjectCache.MIN_BYTES);
        }
        return bytes;
    }

    private static Path socket(Section section, String key) throws Failure {
        Path socket = absolute(section, key, section.string(key));
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > AgentSite.MAX_SOCKET_PATH_BYTES) {
            throw section.unfit(
                    key, socket, "at most " + AgentSite.MAX_SOCKET_PATH_BYTES + " bytes, the limit of Unix sockets");
        }
        return socket;
    }

    private static HeaderRules headers(List<Section> sections) {
        List<HeaderRules.Rule> rules = new ArrayList<>();
        for (Section section : sections) {
            section.requireOnly(List.of("files", "content_type", "cache_control"));
            section.value("files", key -> headerRule(section, key), Optional.<HeaderRules.Rule>empty())
                    .ifPresent(rules::add);
        }
        return new HeaderRules(rules);
    }

    private static Optional<HeaderRules.Rule> headerRule(Section section, String key) throws Failure {
        String files = section.string(key);
        @Nullable String type = section.optionalString("content_type").orElse(null);
        @Nullable String cacheControl = section.optionalString("cache_control").orElse(null);
        try {
            return Optional.of(new HeaderRules.Rule(files, type, cacheControl));
        } catch (IllegalArgumentException e) {
            throw section.wrong("is invalid: " + e.getMessage(), "fix it, or remove the rule");
        }
    }

    private static AgentSite.LocalRules local(Section section, String key) throws Failure {
        List<String> rules = section.strings(key);
        Optional<String> folder = section.optionalString("local_folder");
        if (rules.isEmpty() != folder.isEmpty()) {
            throw section.wrong("has only one of local and local_folder", "files on the host need both");
        }
        if (folder.isEmpty()) {
            return AgentSite.LocalRules.NONE;
        }
        return new AgentSite.LocalRules(section.paths(key), absolute(section, "local_folder", folder.get()));
    }

    private static Path absolute(Section section, String key, String value) throws Failure {
        Path path = Path.of(value);
        if (!path.isAbsolute()) {
            throw section.unfit(key, value, "an absolute path");
        }
        return path;
    }
}
