package dev.aloft.backup.database;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Content of a database that a dump can get wrong.
final class SiteContent {

    static final String STATEMENTS = """
            SET NAMES utf8mb4; SET sql_mode = '';
            USE `%1$s`;
            CREATE TABLE wp_posts (id INT PRIMARY KEY AUTO_INCREMENT, title TEXT, made DATETIME NOT NULL
                DEFAULT '0000-00-00 00:00:00', picture LONGBLOB, note VARCHAR(50) NULL, price DECIMAL(20,6), f DOUBLE,
                b BIT(9), j JSON, t TIMESTAMP NULL) CHARACTER SET utf8mb4;
            INSERT INTO wp_posts VALUES (1, 'plain', '2026-03-29 02:30:00', X'00FF0A0D1A27225C', NULL, 1.5, 0.1, 257,
                '{"a":1}', '2026-01-01 00:00:00');
            INSERT INTO wp_posts VALUES (2, 'emoji 😀 \\\\ '' " \\n-- Dump completed', '0000-00-00 00:00:00', '', '', -1, 1e300, 0,
                NULL, NULL);
            INSERT INTO wp_posts (id, title, picture) VALUES (3, 'large', NULL);
            UPDATE wp_posts SET picture = REPEAT(X'00FF27', 1747627) WHERE id = 3;
            CREATE TABLE `wp_ü名 name` (`key` INT PRIMARY KEY, `ü名` TEXT) CHARACTER SET utf8mb4;
            INSERT INTO `wp_ü名 name` VALUES (1, 'ü');
            CREATE TABLE wp_latin (a VARCHAR(9)) CHARACTER SET latin1;
            INSERT INTO wp_latin VALUES ('é');
            CREATE TABLE wp_child (id INT PRIMARY KEY, post INT, FOREIGN KEY (post) REFERENCES wp_posts (id));
            INSERT INTO wp_child VALUES (1, 2), (2, NULL);
            CREATE TABLE wp_log (line TEXT);
            CREATE DEFINER = '%1$s'@localhost VIEW wp_titles AS SELECT id, title FROM wp_posts WHERE id < 3;
            CREATE DEFINER = '%1$s'@localhost TRIGGER wp_logged AFTER INSERT ON wp_child FOR EACH ROW
                INSERT INTO wp_log VALUES (CONCAT('child ', NEW.id));
            CREATE DEFINER = '%1$s'@localhost PROCEDURE wp_count() SELECT COUNT(*) FROM wp_posts;
            CREATE DEFINER = '%1$s'@localhost EVENT wp_daily ON SCHEDULE EVERY 1 DAY DO DELETE FROM wp_log;
            """;

    private SiteContent() {}

    static void make(TestServer server, String database) throws IOException {
        server.sql(STATEMENTS.formatted(database));
    }

    /// Everything that is in it: columns, rows by checksum, views, triggers, routines and events.
    static List<String> of(TestServer server, String database) throws IOException {
        List<String> all = new ArrayList<>(server.sql("""
                SELECT table_name, column_name, column_type, is_nullable, column_default, character_set_name
                FROM information_schema.columns WHERE table_schema = '%1$s' ORDER BY 1, ordinal_position;
                SELECT trigger_name, event_object_table, action_statement, definer FROM information_schema.triggers
                WHERE trigger_schema = '%1$s' ORDER BY 1;
                SELECT routine_name, routine_definition, definer FROM information_schema.routines
                WHERE routine_schema = '%1$s' ORDER BY 1;
                SELECT event_name, event_definition, status FROM information_schema.events
                WHERE event_schema = '%1$s' ORDER BY 1;
                SELECT table_name, REPLACE(view_definition, '`%1$s`.', '') FROM information_schema.views
                WHERE table_schema = '%1$s' ORDER BY 1;
                SELECT constraint_name, table_name, referenced_table_name, unique_constraint_schema = '%1$s'
                FROM information_schema.referential_constraints WHERE constraint_schema = '%1$s' ORDER BY 1
                """.formatted(database)));
        for (String table : tables(server, database)) {
            all.addAll(server.sql("USE `%s`; CHECKSUM TABLE `%s`".formatted(database, table)).stream()
                    .map(line -> line.substring(line.indexOf('.')))
                    .toList());
        }
        return all;
    }

    static List<String> tables(TestServer server, String database) throws IOException {
        return server.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = '" + database
                + "' AND table_type <> 'VIEW' ORDER BY 1");
    }
}
