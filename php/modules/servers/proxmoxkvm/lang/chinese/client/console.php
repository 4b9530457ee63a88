<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => '控制台',
    'console_connecting' => '正在连接 …',
    'console_open' => '已连接。',
    'console_look_only' => '已连接。您只能查看，不能输入。',
    'console_lost' => '连接已断开。',
    'console_again' => '正在重试。',
    'console_buffered' => '正在以其他方式连接 …',
    'console_files' => '控制台的文件缺失或不适用于此浏览器。请联系我们的客服。',
    'console_old' => '此页面已过期，或您已退出登录。请重新加载。',
    'console_foreign' => '途中有其他程序代替控制台作出了响应（状态 {status}）。请告知我们的客服。',
    'console_confirm_paste' => '已输入，但以下字符除外：{letters}。此键盘上没有对应的按键。',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => '粘贴',
    'console_keyboard' => '键盘',
    'console_scale' => '适应窗口',
    'console_full' => '全屏',
    'console_text' => '文本终端',
    'console_reconnect' => '重新连接',
    'console_power' => '电源',
    'console_no_script' => '控制台需要 JavaScript。',
    'console_paste_help' => '此文本会逐键输入到虚拟机中：',
    'console_layout' => '其系统的键盘布局：',
    'console_type' => '输入',
    'console_cancel' => '取消',
    'console_end_closed' => '虚拟机关闭了其屏幕：它已被停止、重启或迁移。',
    'console_end_left' => '控制台已关闭。',
    'console_end_idle' => '由于半小时内无人输入，控制台已关闭。',
    'console_end_too_long' => '由于已打开八小时，控制台已关闭。',
    'console_end_suspended' => '由于服务已暂停，控制台已关闭。',
    'console_end_gone' => '由于虚拟机正在重新创建、回滚或移除，控制台已关闭。',
    'console_end_other_owner' => '由于服务在此处已不再处于激活状态，控制台已关闭。',
    'console_end_unfit' => '控制台已关闭：收到的数据无法识别。',
];
