package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Nearest;
import dev.aloft.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.dataformat.toml.TomlMapper;

/// Settings of `aloft serve`, read from `aloft.toml` and the environment; documented in
/// `docs/reference/configuration.md`.
///
/// @param agent what all sites of the agent share
/// @param edge empty for no edge
/// @param pictures how the edge answers `/tachyon/`
/// @param fleet empty for a single host
/// @param cdns that are purged
public record Configuration(
        StoreSettings s3,
        AgentConfiguration agent,
        Optional<EdgeConfiguration> edge,
        PicturesConfiguration pictures,
        Optional<FleetConfiguration> fleet,
        List<CdnConfiguration> cdns,
        List<SiteConfiguration> sites) {

    /// The file of a command without `--config`, for picocli: the property `aloft.config`, else `aloft.toml`.
    public static final String DEFAULT_FILE = "${sys:aloft.config:-aloft.toml}";

    private static final List<String> TABLES = List.of("s3", "agent", "edge", "pictures", "fleet", "cdn", "site");

    /// Reads a file and the variables that override it.
    ///
    /// @throws Failure with all errors of both
    public static Configuration read(Path file, Map<String, String> environment) throws Failure {
        Map<String, Object> tables = parse(file);
        ConfigurationErrors errors = new ConfigurationErrors();
        Configuration configuration = of(tables, environment, errors);
        errors.throwIfAny(file);
        return configuration;
    }

    private static Map<String, Object> parse(Path file) throws Failure {
        try {
            return TomlMapper.builder().build().readValue(Files.readString(file), new TypeReference<>() {});
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "there is no configuration at " + file,
                    "write one (docs/reference/configuration.md has an example), or name it with --config",
                    e);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "cannot read " + file + ": " + Failure.messageOf(e),
                    "let this user read it (in a package: run the command as root), or name another file with --config",
                    e);
        } catch (JacksonException e) {
            String line =
                    e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    file + line + ": " + e.getOriginalMessage(),
                    "fix the line; the format is TOML 1.0",
                    e);
        }
    }

    private static Configuration of(
            Map<String, Object> tables, Map<String, String> environment, ConfigurationErrors errors) {
        MemoryKey.check(tables, environment, errors);
        tables.keySet().stream()
                .filter(table -> !table.equals(MemoryKey.NAME) && !TABLES.contains(table))
                .forEach(table -> errors.add("the unknown table or key " + table, adviceFor(table)));
        Map<String, Object> edgeTable = table(tables, "edge", errors);
        Variables ofEdge = Variables.of(environment, "ALOFT_EDGE_");
        boolean hasEdge = !edgeTable.isEmpty() || !ofEdge.isEmpty();
        StoreSettings s3 = S3Configuration.read(section("s3", "ALOFT_S3_", tables, environment, errors));
        AgentConfiguration agent =
                AgentConfiguration.read(section("agent", "ALOFT_AGENT_", tables, environment, errors));
        Optional<EdgeConfiguration> edge = hasEdge
                ? Optional.of(EdgeConfiguration.read(new Section("edge", edgeTable, ofEdge, errors)))
                : Optional.empty();
        if (agent.admin().isPresent()
                && agent.admin().equals(edge.flatMap(found -> found.operators().admin()))) {
            errors.add("[agent] and [edge] have the same admin", "give each a port of its own");
        }
        PicturesConfiguration pictures =
                PicturesConfiguration.read(section("pictures", "ALOFT_PICTURES_", tables, environment, errors));
        Optional<FleetConfiguration> fleet =
                FleetConfiguration.read(section("fleet", "ALOFT_FLEET_", tables, environment, errors));
        List<SiteConfiguration> sites = SiteTables.read(tables, environment, s3, hasEdge, errors);
        return new Configuration(
                s3, agent, edge, pictures, fleet, CdnTables.read(tables, environment, sites, errors), sites);
    }

    private static String adviceFor(String unknown) {
        return Nearest.to(unknown, TABLES)
                .map(near -> "did you mean [" + near + "]?")
                .orElse("the tables are [s3], [agent], [edge], [pictures], [fleet], [[cdn]] and [[site]]");
    }

    /// True if an unknown table was probably meant as this one.
    static boolean isMisspelt(String table, String unknown) {
        return !TABLES.contains(unknown)
                && Nearest.to(unknown, TABLES).filter(table::equals).isPresent();
    }

    private static Section section(
            String name,
            String prefix,
            Map<String, Object> tables,
            Map<String, String> environment,
            ConfigurationErrors errors) {
        return new Section(name, table(tables, name, errors), Variables.of(environment, prefix), errors);
    }

    private static Map<String, Object> table(Map<String, Object> tables, String name, ConfigurationErrors errors) {
        Object table = tables.getOrDefault(name, Map.of());
        if (!(table instanceof Map<?, ?>)) {
            errors.add(name + " is not a table", "write it as [" + name + "]");
        }
        return asTable(table);
    }

    /// A parsed value as a table; empty if it is not one.
    static Map<String, Object> asTable(@Nullable Object table) {
        Map<String, Object> copy = new HashMap<>();
        if (table instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }

    /// The reason why a command's purge reaches no edge, though there is one; empty in a fleet.
    public Optional<String> unpurged() {
        return edge.filter(_ -> fleet.isEmpty()).flatMap(EdgeConfiguration::unpurged);
    }
}
