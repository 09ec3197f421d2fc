<?php

declare(strict_types=1);

namespace Aloft\PrivateMedia;

use Aloft\Agent\AgentException;
use Aloft\Files\Files;
use Aloft\Uploads\Hooks;

/**
 * The private flag of an attachment, among its fields and in the REST API.
 */
final class PrivateFlag
{
    private const FIELD = 'aloft_private';

    private ?bool $canSign = null;

    public function __construct(private readonly Files $files)
    {
    }

    public function register(Hooks $hooks): void
    {
        $hooks->add('init', $this->describe(...));
        $hooks->add('attachment_fields_to_edit', $this->show(...), 10, 2);
        $hooks->add('attachment_fields_to_save', $this->save(...), 10, 2);
    }

    private function describe(): void
    {
        register_post_meta('attachment', PrivateMedia::FLAG, [
            'type' => 'boolean',
            'single' => true,
            'show_in_rest' => true,
            'description' => __('Serve the files only by signed URLs, which expire.', 'aloft'),
            'auth_callback' => static fn (mixed $may, string $key, int $id): bool => current_user_can('edit_post', $id),
        ]);
    }

    /**
     * @param array<string, array<string, mixed>> $fields
     * @return array<string, array<string, mixed>>
     */
    private function show(array $fields, \WP_Post $attachment): array
    {
        $name = "attachments[$attachment->ID][" . self::FIELD . ']';
        $checked = checked(get_post_meta($attachment->ID, PrivateMedia::FLAG, true), '1', false);
        $fields[self::FIELD] = [
            'label' => __('Private', 'aloft'),
            'input' => 'html',
            'html' => "<input type='hidden' name='$name' value='0'>"
                . "<input type='checkbox' name='$name' value='1' $checked>",
            'helps' => $this->canSign()
                ? esc_html__('Served only by signed links, which expire.', 'aloft')
                : '<strong>' . esc_html__('No one can view private files of this site yet: it has no url_secret in'
                    . ' aloft.toml to sign their URLs with.', 'aloft') . '</strong>',
        ];
        return $fields;
    }

    /** True if the agent can sign URLs, or does not report it. */
    private function canSign(): bool
    {
        try {
            return $this->canSign ??= (bool) ($this->files->status()['signs'] ?? true);
        } catch (AgentException) {
            return $this->canSign = true;
        }
    }

    /**
     * @param array<string, mixed> $post
     * @param array<string, mixed> $fields
     * @return array<string, mixed>
     */
    private function save(array $post, array $fields): array
    {
        if (isset($fields[self::FIELD]) && current_user_can('edit_post', (int) $post['ID'])) {
            if ((string) $fields[self::FIELD] === '1') {
                update_post_meta((int) $post['ID'], PrivateMedia::FLAG, '1');
            } else {
                delete_post_meta((int) $post['ID'], PrivateMedia::FLAG);
            }
        }
        return $post;
    }
}
