package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Statements of a binary log in row format: definitions of tables, and the beginnings and ends of transactions.
final class LoggedStatements {

    private static final Pattern COMMENTS =
            Pattern.compile("\\A(?:\\s+|/\\*(?![!M]).*?\\*/|--\\s[^\n]*\n|#[^\n]*\n)*", Pattern.DOTALL);
    private static final Pattern CONTROL =
            Pattern.compile("(?i)\\A(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|XA)\\b.*", Pattern.DOTALL);

    /// Statements that change no rows and no tables of the site. A database that is created where there may be one was
    /// there, or the statement that dropped it comes before.
    private static final Pattern IRRELEVANT = Pattern.compile(
            "(?i)\\A(?:CREATE\\s+(?:DATABASE|SCHEMA)\\s+IF\\s+NOT|GRANT|REVOKE"
                    + "|(?:CREATE|ALTER|DROP|RENAME)\\s+(?:OR\\s+REPLACE\\s+)?(?:USER|ROLE)|SET\\s+PASSWORD"
                    + "|SET\\s+(?:DEFAULT\\s+)?ROLE|ALTER\\s+INSTANCE|(?:CREATE|ALTER|DROP)\\s+SERVER"
                    + "|FLUSH|ANALYZE|OPTIMIZE|REPAIR|CHECK)\\b.*",
            Pattern.DOTALL);
    private static final Pattern OF_A_DATABASE = Pattern.compile(
            "(?i)\\A(?:CREATE|ALTER|DROP)\\s+(?:OR\\s+REPLACE\\s+)?(?:DATABASE|SCHEMA)\\b.*", Pattern.DOTALL);
    /// A definition whose object is named with its database.
    private static final Pattern QUALIFIED_OBJECT = Pattern.compile(
            "(?i)\\A(?:/\\*M?!\\d*\\s*)?(?:TRUNCATE(?:\\s+TABLE)?|(?:CREATE|ALTER|DROP|RENAME)\\b[^(`.]*?"
                    + "\\b(?:TABLES?|VIEW|SEQUENCE|TRIGGER|PROCEDURE|FUNCTION|EVENT))\\s+"
                    + "(?:IF\\s+(?:NOT\\s+)?EXISTS\\s+)?"
                    + "(?:`(?<quoted>(?:[^`]|``)+)`|(?<plain>[\\w$]+))\\s*\\.\\s*[`\\w$].*",
            Pattern.DOTALL);
    private static final int SHOWN = 80;

    private final String database;
    private final Pattern named;
    private final Pattern qualified;
    private final Pattern ownQualified;

    /// @param databases every database of the server that is replayed into
    LoggedStatements(String database, Set<String> databases) {
        this.database = database;
        String all = Stream.concat(Stream.of(database), databases.stream())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        String own = Pattern.quote(database);
        this.named = Pattern.compile("(?i)(?<![\\w$])" + own + "(?![\\w$])");
        this.qualified = Pattern.compile("(?i)(?<![\\w$.])`?(?:" + all + ")`?\\s*\\.");
        this.ownQualified = Pattern.compile("(?i)(?<![\\w$.])`?" + own + "`?\\s*\\.");
    }

    /// @param checksumBytes of each event of its log
    /// @param place for messages
    /// @throws DatabaseException for one that must not be replayed
    boolean isKept(LogEvent event, int checksumBytes, String place) throws DatabaseException {
        String text = COMMENTS.matcher(event.queryText(checksumBytes)).replaceFirst("");
        boolean own = event.queryDatabase().equals(database);
        if (CONTROL.matcher(text).matches()) {
            return true;
        }
        if (IRRELEVANT.matcher(text).matches()) {
            return false;
        }
        if (OF_A_DATABASE.matcher(text).matches()) {
            return isDatabaseKept(event, text, place);
        }
        if (isOfOtherDatabase(text)) {
            return false;
        }
        if ((own ? qualified : ownQualified).matcher(text).find()) {
            throw refused(event, text, place);
        }
        return own;
    }

    private boolean isOfOtherDatabase(String text) {
        Matcher object = QUALIFIED_OBJECT.matcher(text);
        if (!object.matches() || ownQualified.matcher(text).find()) {
            return false;
        }
        String name = object.group("quoted") != null ? object.group("quoted") : object.group("plain");
        return !name.equalsIgnoreCase(database);
    }

    private boolean isDatabaseKept(LogEvent event, String text, String place) throws DatabaseException {
        if (named.matcher(text).find()) {
            throw refused(event, text, place);
        }
        return false;
    }

    private static DatabaseException refused(LogEvent event, String text, String place) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
        return new DatabaseException(
                Kind.CONTENT,
                "cannot replay the binary log at " + place + ": the statement names a database: " + shown,
                "restore to a moment before " + event.moment() + ", or to a snapshot after it");
    }
}
