<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsol',
    'console_connecting' => 'Bağlanıyor …',
    'console_open' => 'Bağlandı.',
    'console_look_only' => 'Bağlandı. Bakabilirsiniz ama yazamazsınız.',
    'console_lost' => 'Bağlantı koptu.',
    'console_again' => 'Yeniden deneniyor.',
    'console_buffered' => 'Başka bir yoldan bağlanıyor …',
    'console_files' => 'Konsolun dosyaları eksik ya da bu tarayıcıya uygun değil. Lütfen destek ekibimize başvurun.',
    'console_old' => 'Bu sayfa çok eski ya da oturumunuz kapandı. Lütfen sayfayı yenileyin.',
    'console_foreign' => 'Yoldaki bir şey konsolun yerine yanıt veriyor (durum {status}). Lütfen destek ekibimize bildirin.',
    'console_confirm_paste' => 'Yazıldı, şunlar dışında: {letters}. Bu klavyede onlar için tuş yok.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Yapıştır',
    'console_keyboard' => 'Klavye',
    'console_scale' => 'Sığdır',
    'console_full' => 'Tam ekran',
    'console_text' => 'Metin terminali',
    'console_reconnect' => 'Yeniden bağlan',
    'console_power' => 'Güç',
    'console_no_script' => 'Konsol için JavaScript gerekir.',
    'console_paste_help' => 'Bu metin sanal makineye tuş tuş yazılır:',
    'console_layout' => 'Sisteminin klavyesi:',
    'console_type' => 'Yaz',
    'console_cancel' => 'İptal',
    'console_end_closed' => 'Sanal makine ekranını kapattı: durduruldu, yeniden başlatıldı ya da taşındı.',
    'console_end_left' => 'Konsol kapatıldı.',
    'console_end_idle' => 'Konsol, yarım saat boyunca kimse yazmadığı için kapatıldı.',
    'console_end_too_long' => 'Konsol, sekiz saattir açık olduğu için kapatıldı.',
    'console_end_suspended' => 'Konsol, hizmet askıya alındığı için kapatıldı.',
    'console_end_gone' => 'Konsol, sanal makine baştan oluşturulduğu, anlık görüntüye döndürüldüğü ya da kaldırıldığı için kapatıldı.',
    'console_end_other_owner' => 'Konsol, hizmet burada artık etkin olmadığı için kapatıldı.',
    'console_end_unfit' => 'Konsol kapatıldı: gelen veriler anlaşılamadı.',
];
